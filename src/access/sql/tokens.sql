-- Parameters: member. Columns: token, label, permissions, created_at_ms, expires_at_ms, used_at_ms.
select token, label, permissions, created_at_ms, expires_at_ms, used_at_ms from member_token
where member = :member
order by created_at_ms, token
