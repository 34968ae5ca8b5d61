-- Parameters: member.
delete from member_next_factor where member = :member
