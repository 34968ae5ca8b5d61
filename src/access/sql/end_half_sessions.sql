-- Parameters: member.
delete from member_half_session where member = :member
