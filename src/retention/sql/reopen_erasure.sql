-- database: keys
-- What was completed has something left again. Parameters: erasure, traces.
update erasure set completed_at_ms = null, certificate = null, traces = :traces, swept = 0 where erasure = :erasure
