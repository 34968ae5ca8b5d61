-- Parameters: secret, now.
update member_session set used_at_ms = :now where secret = :secret
