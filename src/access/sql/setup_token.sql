-- Parameters: secret, now. Columns: slot.
select slot from setup_token where secret = :secret and expires_at_ms > :now
