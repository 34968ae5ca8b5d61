-- Parameters: property, token (index). Columns: person.
select person from link where property = :property and token = :token
