-- Parameters: member, device.
delete from member_session where member = :member and device = :device
