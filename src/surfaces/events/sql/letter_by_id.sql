-- Columns: those of letter.
SELECT id, property, purpose, policy_version, sent_ms, sent_by, people, queued, sealed FROM letter WHERE id = :id
