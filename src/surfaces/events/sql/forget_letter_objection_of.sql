-- Parameters: person.
DELETE FROM letter_objection WHERE person = :person
