-- Parameters: passkey, counter, now.
update member_passkey set counter = :counter, used_at_ms = :now where passkey = :passkey
