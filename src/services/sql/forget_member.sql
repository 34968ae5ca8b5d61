-- Parameters: member.
delete from service_user where member = :member
