-- Parameters: property.
DELETE FROM letter_objection WHERE property = :property
