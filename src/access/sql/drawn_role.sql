-- Parameters: organisation, role. Columns: role, name, permissions.
select role, name, permissions from member_role where organisation = :organisation and role = :role
