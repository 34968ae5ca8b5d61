-- Parameters: secret.
delete from member_half_session where secret = :secret
