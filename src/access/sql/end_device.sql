-- Parameters: member, device.
delete from member_device where member = :member and device = :device
