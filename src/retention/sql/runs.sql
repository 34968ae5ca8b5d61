-- Columns: property, datum, due_at_ms, executed_at_ms, did.
select property, datum, due_at_ms, executed_at_ms, did from retention_run order by property, datum
