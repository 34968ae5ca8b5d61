-- Whoever's browser it is. Parameters: secret, next.
update member_device set secret = :next where secret = :secret
