-- Parameters: secret. Columns: member, person, started_at_ms, used_at_ms, proved_at_ms, factors, and those of a
-- grant.
select member_session.member as member, member.person as person, member.organisation as organisation,
  member.role as role, member.exports as exports, member.until_ms as until_ms,
  member_session.started_at_ms as started_at_ms, member_session.used_at_ms as used_at_ms,
  member_session.proved_at_ms as proved_at_ms,
  (select count(*) from member_factor where member_factor.member = member_session.member) +
  (select count(*) from member_passkey where member_passkey.member = member_session.member) as factors,
  (select permissions from member_role where member_role.organisation = member.organisation
     and member_role.role = member.role) as drawn
from member_session join member on member.member = member_session.member
where member_session.secret = :secret
