-- Parameters: secret, member, network, now, proved, device.
insert into member_session (secret, member, network, started_at_ms, used_at_ms, proved_at_ms, device)
values (:secret, :member, :network, :now, :now, :proved, :device)
