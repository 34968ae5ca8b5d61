-- Parameters: organisation, now. Columns: invitation, person, organisation, role, exports, until_ms,
-- created_at_ms, expires_at_ms.
select invitation, person, organisation, role, exports, until_ms, created_at_ms, expires_at_ms from member_invitation
where organisation = :organisation and expires_at_ms > :now
order by created_at_ms, invitation
