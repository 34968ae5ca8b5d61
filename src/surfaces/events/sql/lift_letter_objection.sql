-- Parameters: property, person.
DELETE FROM letter_objection WHERE property = :property AND person = :person
