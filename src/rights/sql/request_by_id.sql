-- Parameters: id. Columns: those of request.
select id, person, right_name, state, channel, language, policy_version, received_ms, due_ms, extended_ms, paused_ms,
  identified_ms, identified_by, decided_ms, granted, answer_until_ms, restricts, sealed
from request where id = :id
