-- Parameters: code, member.
insert into member_recovery (code, member) values (:code, :member)
