-- Columns: member, person, created_at_ms, used_at_ms, told_of_approvals, has_factor, and those of a grant.
select member, person, created_at_ms, used_at_ms, told_of_approvals, organisation, role, exports, until_ms,
  (select count(*) from member_factor where member_factor.member = member.member)
    + (select count(*) from member_passkey where member_passkey.member = member.member) as has_factor,
  (select permissions from member_role where member_role.organisation = member.organisation
     and member_role.role = member.role) as drawn
from member order by created_at_ms, member
