-- Every column of incident_duty.
insert into incident_duty (incident, whom, due_ms, tell, decided_ms, done_ms)
values (:incident, :whom, :due_ms, :tell, :decided_ms, :done_ms)
on conflict (incident, whom) do update set due_ms = :due_ms, tell = :tell, decided_ms = :decided_ms, done_ms = :done_ms
