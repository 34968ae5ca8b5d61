-- Parameters: member.
delete from member_recovery where member = :member
