-- Columns: n.
SELECT COUNT(*) AS n FROM letter WHERE property = :property AND sent_ms > :since
