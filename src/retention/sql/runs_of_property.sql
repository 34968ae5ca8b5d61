-- Parameters: property. Columns: property, datum, due_at_ms, executed_at_ms, did.
select property, datum, due_at_ms, executed_at_ms, did from retention_run where property = :property order by datum
