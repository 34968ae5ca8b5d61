-- Parameters: secret, expires.
insert into setup_token (slot, secret, expires_at_ms) values (1, :secret, :expires)
on conflict (slot) do update set secret = excluded.secret, expires_at_ms = excluded.expires_at_ms
