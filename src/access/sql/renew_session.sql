-- The same session under another secret, after a second factor was shown in it. Parameters: secret, next, now.
update member_session set secret = :next, used_at_ms = :now, proved_at_ms = :now where secret = :secret
