-- Parameters: token, secret, member, label, permissions, now, expires.
insert into member_token (token, secret, member, label, permissions, created_at_ms, expires_at_ms)
values (:token, :secret, :member, :label, :permissions, :now, :expires)
