-- Of members whose membership is not over. Parameters: now. Columns: record, member, person, duty, version, done_at_ms,
-- warned.
select member_duty.record as record, member_duty.member as member, member.person as person, member_duty.duty as duty,
  member_duty.version as version, member_duty.done_at_ms as done_at_ms, member_duty.warned as warned
from member_duty join member on member.member = member_duty.member
where member_duty.ended = 0 and (member.until_ms is null or member.until_ms > :now)
order by member_duty.record
