-- Columns: person.
SELECT person FROM letter_objection WHERE property = :property
