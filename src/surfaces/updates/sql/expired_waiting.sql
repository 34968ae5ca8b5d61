-- Parameters: now. Columns: person.
select person from updates_waiting where expires_ms <= :now
