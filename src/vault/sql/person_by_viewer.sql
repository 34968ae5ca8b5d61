-- Parameters: property, number (index). Columns: person.
select person from viewer where property = :property and number = :number
