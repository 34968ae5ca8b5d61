-- Of a member, the one used last at the head. Parameters: member. Columns: secret, network, started_at_ms, used_at_ms.
select secret, network, started_at_ms, used_at_ms from member_session
where member = :member order by used_at_ms desc, secret
