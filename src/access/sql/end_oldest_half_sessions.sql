-- All but the latest. Parameters: member, keep.
delete from member_half_session where member = :member and secret not in (
  select secret from member_half_session where member = :member order by started_at_ms desc, secret limit :keep)
