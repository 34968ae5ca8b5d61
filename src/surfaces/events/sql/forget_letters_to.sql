-- Parameters: person.
DELETE FROM letter_to WHERE person = :person
