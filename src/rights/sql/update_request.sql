-- Parameters: what may change of a request, and its id.
update request set right_name = :right_name, state = :state, due_ms = :due_ms, extended_ms = :extended_ms,
  paused_ms = :paused_ms, identified_ms = :identified_ms, identified_by = :identified_by, decided_ms = :decided_ms,
  granted = :granted, answer_until_ms = :answer_until_ms, restricts = :restricts, sealed = :sealed
where id = :id
