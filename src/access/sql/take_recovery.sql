-- Parameters: member, code.
delete from member_recovery where member = :member and code = :code
