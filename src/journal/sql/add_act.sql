-- Parameters: at_ms, kind, subject, state, intent, commitment. Columns: number.
insert into act (number, at_ms, kind, subject, state, intent, commitment)
select coalesce(max(number), 0) + 1, cast(:at_ms as bigint), cast(:kind as text), cast(:subject as text),
  cast(:state as text), cast(:intent as bigint), cast(:commitment as text)
from act
returning number
