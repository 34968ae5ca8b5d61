-- Parameters: property, organiser, reference, agreed_on, reply_to, purposes, policy_version, recorded. Columns: number.
insert into assignment (number, property, organiser, reference, agreed_on, reply_to, purposes, policy_version,
  recorded_at_ms)
select coalesce(max(number), 0) + 1, cast(:property as bigint), cast(:organiser as text), cast(:reference as text),
  cast(:agreed_on as text), cast(:reply_to as text), cast(:purposes as text), cast(:policy_version as text),
  cast(:recorded as bigint)
from assignment
returning number
