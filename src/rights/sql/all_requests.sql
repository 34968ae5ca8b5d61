-- Those that wait first, the soonest due at their head; then those done, the latest first. Parameters: most. Columns:
-- those of request.
select id, person, right_name, state, channel, language, policy_version, received_ms, due_ms, extended_ms, paused_ms,
  identified_ms, identified_by, decided_ms, granted, answer_until_ms, restricts, sealed
from request
order by case when state in ('decided', 'closed') then 1 else 0 end,
  case when state in ('decided', 'closed') then -decided_ms else due_ms end, id
limit :most
