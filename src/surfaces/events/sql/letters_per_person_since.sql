-- Columns: person, n.
SELECT person, COUNT(*) AS n FROM letter_to WHERE property = :property AND sent_ms > :since GROUP BY person
