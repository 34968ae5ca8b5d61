-- Parameters: secret, member, network, now, proved.
insert into member_session (secret, member, network, started_at_ms, used_at_ms, proved_at_ms)
values (:secret, :member, :network, :now, :now, :proved)
