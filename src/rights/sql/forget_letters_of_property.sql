-- Parameters: property.
delete from incident_letter where property = :property
