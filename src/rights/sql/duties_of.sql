-- Parameters: incident. Columns: those of incident_duty.
select whom, due_ms, tell, decided_ms, done_ms from incident_duty where incident = :incident order by whom
