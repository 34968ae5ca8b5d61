-- All but the latest. Parameters: member, keep.
delete from member_device where member = :member and device not in (
  select device from member_device where member = :member order by used_at_ms desc, device limit :keep)
