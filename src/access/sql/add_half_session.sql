-- Parameters: secret, member, now.
insert into member_half_session (secret, member, started_at_ms) values (:secret, :member, :now)
