-- Parameters: member, secret.
delete from member_session where member = :member and secret = :secret
