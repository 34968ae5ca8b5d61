-- Parameters: member.
delete from member_passkey where member = :member
