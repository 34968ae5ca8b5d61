-- Parameters: member, passkey.
delete from member_passkey where member = :member and passkey = :passkey
