-- All but the latest. Parameters: member, refused, keep.
delete from member_sign_in where member = :member and refused = :refused and sign_in not in (
  select sign_in from member_sign_in where member = :member and refused = :refused
  order by at_ms desc, sign_in limit :keep)
