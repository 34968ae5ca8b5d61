-- Parameters: invitation, person, organisation, role, exports, until, now, expires.
insert into member_invitation (invitation, person, organisation, role, exports, until_ms, created_at_ms, expires_at_ms)
values (:invitation, :person, :organisation, :role, :exports, :until, :now, :expires)
