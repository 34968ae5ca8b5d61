-- The latest first. Columns: those of letter.
SELECT id, property, purpose, policy_version, sent_ms, sent_by, people, queued, sealed FROM letter
WHERE property = :property ORDER BY sent_ms DESC, id LIMIT :most
