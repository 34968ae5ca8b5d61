-- Parameters: token, now.
update member_token set used_at_ms = :now where token = :token
