-- Parameters: id. Columns: all.
select id, organisation, act, kind, property, asked_by, asked_at_ms, until_ms, state, decided_by, decided_at_ms, sealed, sealed_reason
from approval where id = :id
