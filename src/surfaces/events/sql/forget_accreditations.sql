-- Parameters: property.
DELETE FROM accreditation WHERE property = :property
