-- Parameters: property. Columns: count.
select count(*) as count from person where property = :property
