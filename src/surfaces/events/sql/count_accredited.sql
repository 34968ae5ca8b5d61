-- Columns: n.
SELECT COUNT(*) AS n FROM accreditation WHERE property = :property AND granted = 1
