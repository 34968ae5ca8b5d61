-- What there is nothing left to do with, and is not destroyed. Parameters: kind. Columns: all.
select id, organisation, act, kind, property, asked_by, asked_at_ms, until_ms, state, decided_by, decided_at_ms, sealed, sealed_reason
from approval where closed_at_ms is not null and kind = :kind and sealed <> ''
