-- Parameters: secret, now. Columns: token, member, permissions, used_at_ms, and those of its member's grant.
select member_token.token as token, member_token.member as member, member_token.permissions as permissions,
  member_token.used_at_ms as used_at_ms, member.organisation as organisation, member.role as role,
  member.exports as exports, member.until_ms as until_ms,
  (select permissions from member_role where member_role.organisation = member.organisation
     and member_role.role = member.role) as drawn
from member_token join member on member.member = member_token.member
where member_token.secret = :secret and (member_token.expires_at_ms is null or member_token.expires_at_ms > :now)
