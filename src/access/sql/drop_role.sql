-- Parameters: organisation, role.
delete from member_role where organisation = :organisation and role = :role
