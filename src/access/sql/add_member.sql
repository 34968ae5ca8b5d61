-- Parameters: member, person, password, organisation, role, exports, now.
insert into member (member, person, password, organisation, role, exports, created_at_ms, used_at_ms)
values (:member, :person, :password, :organisation, :role, :exports, :now, :now)
