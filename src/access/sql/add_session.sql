-- Parameters: secret, member, network, now.
insert into member_session (secret, member, network, started_at_ms, used_at_ms)
values (:secret, :member, :network, :now, :now)
