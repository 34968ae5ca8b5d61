-- Parameters: person.
DELETE FROM accreditation WHERE person = :person
