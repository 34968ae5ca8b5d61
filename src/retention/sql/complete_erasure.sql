-- database: keys
-- Parameters: erasure, now, certificate.
update erasure set completed_at_ms = :now, certificate = :certificate, traces = null where erasure = :erasure
