-- Unless somebody was quicker, or its time is over; a decision that was there stays.
-- Parameters: id, was, now, state, until, decided_by, decided_at, closed_at, sealed_reason.
update approval set state = cast(:state as text), until_ms = :until,
  decided_by = coalesce(decided_by, cast(:decided_by as text)),
  decided_at_ms = coalesce(decided_at_ms, cast(:decided_at as bigint)), closed_at_ms = cast(:closed_at as bigint),
  sealed_reason = :sealed_reason
where id = :id and state = :was and until_ms > :now
