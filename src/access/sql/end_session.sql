-- Parameters: secret.
delete from member_session where secret = :secret
