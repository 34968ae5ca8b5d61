-- Parameters: member.
delete from member_factor where member = :member
