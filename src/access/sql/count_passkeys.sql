-- Parameters: member. Columns: passkeys.
select count(*) as passkeys from member_passkey where member = :member
