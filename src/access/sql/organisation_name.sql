-- Parameters: organisation. Columns: name.
select name from organisation where organisation = :organisation
