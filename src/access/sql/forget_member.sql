-- Parameters: member.
delete from member where member = :member
