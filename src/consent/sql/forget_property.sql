-- Parameters: property.
delete from consent where property = :property
