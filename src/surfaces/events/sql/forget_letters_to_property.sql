-- Parameters: property.
DELETE FROM letter_to WHERE property = :property
