-- Parameters: secret, started. Columns: member, person, permissions.
select member.member as member, member.person as person, member.permissions as permissions
from member_half_session join member on member.member = member_half_session.member
where member_half_session.secret = :secret and member_half_session.started_at_ms > :started
