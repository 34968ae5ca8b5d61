-- Open ones first, that with the duty soonest due at their head; then closed ones, the latest first. Parameters: most.
-- Columns: those of incident.
select id, state, finder, reporter, risk, language, policy_version, opened_ms, aware_ms, from_ms, until_ms, closed_ms, texts_ended_ms, sealed
from incident
order by case when closed_ms is null then 0 else 1 end,
  case when closed_ms is null then coalesce((select min(due_ms) from incident_duty
    where incident = id and done_ms is null and (tell is null or tell = 1)), aware_ms + 100000000000) else -closed_ms end, id
limit :most
