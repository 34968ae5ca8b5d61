-- No row before the first one has come. Parameters: property. Columns: people.
select people from people_count where property = :property
