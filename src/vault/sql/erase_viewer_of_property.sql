-- Its people's numbers elsewhere, and other people's numbers there. Parameters: property.
delete from viewer
where property = :property or person in (select person from person where property = :property)
