-- Parameters: all columns but the number. Columns: number.
insert into disclosure (number, at_ms, property, ground, receiver, reference, purposes, data, form, people,
  policy_version, member)
select coalesce(max(number), 0) + 1, cast(:at as bigint), cast(:property as bigint), cast(:ground as text),
  cast(:receiver as text), cast(:reference as text), cast(:purposes as text), cast(:data as text), cast(:form as text),
  cast(:people as bigint), cast(:policy_version as text), cast(:member as text)
from disclosure
returning number
