-- Columns: those of incident.
select id, state, finder, reporter, risk, language, policy_version, opened_ms, aware_ms, from_ms, until_ms, closed_ms, texts_ended_ms, sealed
from incident where closed_ms is null order by aware_ms, id
