-- Parameters: property.
delete from disclosure_subject where property = :property
