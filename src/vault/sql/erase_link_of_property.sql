-- Parameters: property.
delete from link where property = :property
