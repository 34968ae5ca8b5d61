-- Parameters: member, person, password, permissions, now.
insert into member (member, person, password, permissions, created_at_ms, used_at_ms)
values (:member, :person, :password, :permissions, :now, :now)
