-- Parameters: secret, started. Columns: member, person, and those of a grant.
select member.member as member, member.person as person, member.organisation as organisation,
  member.role as role, member.exports as exports,
  (select permissions from member_role where member_role.organisation = member.organisation
     and member_role.role = member.role) as drawn
from member_half_session join member on member.member = member_half_session.member
where member_half_session.secret = :secret and member_half_session.started_at_ms > :started
