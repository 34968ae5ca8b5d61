-- Parameters: what may change of an incident, and its id.
update incident set state = :state, risk = :risk, aware_ms = :aware_ms, from_ms = :from_ms, until_ms = :until_ms,
  closed_ms = :closed_ms, sealed = :sealed
where id = :id
