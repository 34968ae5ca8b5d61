-- Parameters: property.
delete from person where property = :property
