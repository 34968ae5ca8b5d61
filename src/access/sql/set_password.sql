-- Parameters: member, password.
update member set password = :password where member = :member
