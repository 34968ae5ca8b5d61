-- The latest first. Columns: those of letter.
SELECT l.id, l.property, l.purpose, l.policy_version, l.sent_ms, l.sent_by, l.people, l.queued, l.sealed
FROM letter l JOIN letter_to t ON t.letter = l.id WHERE t.person = :person ORDER BY l.sent_ms DESC, l.id
