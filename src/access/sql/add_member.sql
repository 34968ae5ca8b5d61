-- Parameters: member, person, password, organisation, role, exports, until, now.
insert into member (member, person, password, organisation, role, exports, until_ms, created_at_ms, used_at_ms)
values (:member, :person, :password, :organisation, :role, :exports, :until, :now, :now)
