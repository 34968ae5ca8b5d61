-- Parameters: now. Columns: organisation, name, created_at_ms, closed_at_ms, members, invited.
select organisation.organisation as organisation, organisation.name as name,
  organisation.created_at_ms as created_at_ms, organisation.closed_at_ms as closed_at_ms,
  (select count(*) from member where member.organisation = organisation.organisation) as members,
  (select count(*) from member_invitation where member_invitation.organisation = organisation.organisation
     and member_invitation.expires_at_ms > :now) as invited
from organisation order by organisation.organisation
