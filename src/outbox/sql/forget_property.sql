-- Parameters: property.
delete from outbox_mail where property = :property
