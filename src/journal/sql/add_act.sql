-- Parameters: at_ms, kind, property, member, subject, state, intent, detail. Columns: number.
insert into act (number, at_ms, kind, property, member, subject, state, intent, detail)
select coalesce(max(number), 0) + 1, cast(:at_ms as bigint), cast(:kind as text), cast(:property as bigint),
  cast(:member as text), cast(:subject as text), cast(:state as text), cast(:intent as bigint),
  cast(:detail as text)
from act
returning number
