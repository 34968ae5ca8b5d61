-- Parameters: organisation. Columns: role, name, permissions.
select role, name, permissions from member_role where organisation = :organisation order by name, role
