-- Parameters: invitation. Columns: as invitations.
select invitation, person, organisation, role, exports, until_ms, created_at_ms, expires_at_ms from member_invitation
where invitation = :invitation
