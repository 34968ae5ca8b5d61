-- To whom the outbox has no mail yet. Columns: person.
SELECT person FROM letter_to WHERE letter = :letter AND subject IS NULL ORDER BY person
