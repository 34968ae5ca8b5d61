-- Parameters: secret, started. Columns: member, person, vouched, proved_at_ms, proved_by, wait, number, started_at_ms,
-- and those of a grant.
select member.member as member, member.person as person, member.organisation as organisation,
  member.role as role, member.exports as exports, member.until_ms as until_ms,
  member_half_session.vouched as vouched, member_half_session.proved_at_ms as proved_at_ms,
  member_half_session.proved_by as proved_by, member_half_session.wait as wait, member_half_session.number as number,
  member_half_session.started_at_ms as started_at_ms,
  (select permissions from member_role where member_role.organisation = member.organisation
     and member_role.role = member.role) as drawn
from member_half_session join member on member.member = member_half_session.member
where member_half_session.secret = :secret and member_half_session.started_at_ms > :started
