-- Parameters: secret, member, now.
insert into member_session (secret, member, started_at_ms, used_at_ms) values (:secret, :member, :now, :now)
