-- Parameters: device, secret, member, name, network, now.
insert into member_device (device, secret, member, name, network, added_at_ms, used_at_ms)
values (:device, :secret, :member, :name, :network, :now, :now)
