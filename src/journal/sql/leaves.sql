-- Parameters: after, count_max. Columns: number, at_ms, kind, subject, state, intent, commitment.
select number, at_ms, kind, subject, state, intent, commitment
from act where number > :after order by number limit :count_max
