-- Parameters: wait, started. Columns: person, name, network, started_at_ms, vouched.
select member.person as person, member_half_session.name as name, member_half_session.network as network,
  member_half_session.started_at_ms as started_at_ms, member_half_session.vouched as vouched
from member_half_session join member on member.member = member_half_session.member
where member_half_session.wait = :wait and member_half_session.started_at_ms > :started
