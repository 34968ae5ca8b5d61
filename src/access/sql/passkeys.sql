-- Of a member. Parameters: member. Columns: passkey, credential, name, added_at_ms, used_at_ms.
select passkey, credential, name, added_at_ms, used_at_ms from member_passkey
where member = :member order by added_at_ms, passkey
