-- Parameters: member, secret.
delete from member_device where member = :member and secret = :secret
