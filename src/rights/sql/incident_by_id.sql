-- Parameters: id. Columns: those of incident.
select id, state, finder, reporter, risk, language, policy_version, opened_ms, aware_ms, from_ms, until_ms, closed_ms, texts_ended_ms, sealed
from incident where id = :id
