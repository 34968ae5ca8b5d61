-- Parameters: secret. Columns: member, permissions, started_at_ms, used_at_ms.
select member_session.member as member, member.permissions as permissions,
  member_session.started_at_ms as started_at_ms, member_session.used_at_ms as used_at_ms
from member_session join member on member.member = member_session.member
where member_session.secret = :secret
