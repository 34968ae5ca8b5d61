-- Parameters: person. Columns: member, password, and those of a grant.
select member, password, organisation, role, exports, until_ms,
  (select permissions from member_role where member_role.organisation = member.organisation
     and member_role.role = member.role) as drawn
from member where person = :person
