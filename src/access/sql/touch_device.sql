-- Parameters: device, name, network, now.
update member_device set name = :name, network = :network, used_at_ms = :now where device = :device
