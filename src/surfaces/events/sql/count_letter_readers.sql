-- Columns: n.
SELECT COUNT(*) AS n FROM letter_to WHERE letter = :letter
