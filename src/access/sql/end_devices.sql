-- Parameters: member.
delete from member_device where member = :member
