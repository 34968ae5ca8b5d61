-- database: keys
-- Parameters: erasure.
update erasure set swept = 1 where erasure = :erasure and completed_at_ms is not null
