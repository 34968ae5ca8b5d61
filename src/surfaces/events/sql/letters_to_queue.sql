-- The earliest first. Columns: those of letter.
SELECT id, property, purpose, policy_version, sent_ms, sent_by, people, queued, sealed FROM letter
WHERE queued = 0 ORDER BY sent_ms, id
