-- Members and invitations. Parameters: organisation, role. Columns: users.
select (select count(*) from member where organisation = :organisation and role = :role)
  + (select count(*) from member_invitation where organisation = :organisation and role = :role) as users
