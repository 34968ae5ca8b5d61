-- Parameters: property, now.
update assignment set ended_at_ms = :now where property = :property and ended_at_ms is null
