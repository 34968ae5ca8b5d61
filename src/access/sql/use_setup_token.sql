-- Parameters: secret, now.
delete from setup_token where secret = :secret and expires_at_ms > :now
