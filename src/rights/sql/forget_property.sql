-- Parameters: property.
delete from restriction where property = :property
