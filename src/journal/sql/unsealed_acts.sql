-- Parameters: after, count_max. Columns: number, at_ms, kind, property, member, subject, state, intent, detail.
select number, at_ms, kind, property, member, subject, state, intent, detail
from act_unsealed where number > :after order by number limit :count_max
