-- Parameters: property.
delete from person_field where person in (select person from person where property = :property)
