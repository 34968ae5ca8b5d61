-- Parameters: property.
DELETE FROM letter WHERE property = :property
