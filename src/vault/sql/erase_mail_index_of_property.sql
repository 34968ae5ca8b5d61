-- Parameters: property.
delete from mail_index where property = :property
