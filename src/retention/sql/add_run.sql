-- Done twice, the first time counts. Parameters: property, datum, due, now, did, removed, act.
insert into retention_run (property, datum, due_at_ms, executed_at_ms, did, removed, act)
values (:property, :datum, :due, :now, :did, :removed, :act)
on conflict (property, datum) do nothing
