-- Parameters: property.
delete from people_count where property = :property
