-- Parameters: member.
delete from member_token where member = :member
