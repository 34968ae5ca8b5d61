-- Of a member, the one used last at the head. Parameters: member, used. Columns: device, secret, name, network,
-- added_at_ms, used_at_ms.
select device, secret, name, network, added_at_ms, used_at_ms from member_device
where member = :member and used_at_ms > :used order by used_at_ms desc, device
