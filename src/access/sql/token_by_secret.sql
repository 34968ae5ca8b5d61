-- Parameters: secret, now. Columns: token, member, permissions, member_permissions, used_at_ms.
select member_token.token as token, member_token.member as member, member_token.permissions as permissions,
  member.permissions as member_permissions, member_token.used_at_ms as used_at_ms
from member_token join member on member.member = member_token.member
where member_token.secret = :secret and (member_token.expires_at_ms is null or member_token.expires_at_ms > :now)
