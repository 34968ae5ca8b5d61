-- Parameters: secret. Columns: member, person, permissions, started_at_ms, used_at_ms, proved_at_ms, factors.
select member_session.member as member, member.person as person, member.permissions as permissions,
  member_session.started_at_ms as started_at_ms, member_session.used_at_ms as used_at_ms,
  member_session.proved_at_ms as proved_at_ms,
  (select count(*) from member_factor where member_factor.member = member_session.member) as factors
from member_session join member on member.member = member_session.member
where member_session.secret = :secret
