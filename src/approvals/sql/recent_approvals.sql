-- Decided, fetched or over since then. Parameters: since. Columns: all.
select id, organisation, act, kind, property, asked_by, asked_at_ms, until_ms, state, decided_by, decided_at_ms, sealed, sealed_reason
from approval where closed_at_ms >= :since or (state = 'approved' and decided_at_ms >= :since)
