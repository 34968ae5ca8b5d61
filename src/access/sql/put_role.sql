-- Parameters: organisation, role, name, permissions.
insert into member_role (organisation, role, name, permissions) values (:organisation, :role, :name, :permissions)
on conflict (organisation, role) do update set name = excluded.name, permissions = excluded.permissions
