-- Parameters: name. Columns: organisation.
select organisation from organisation where name = :name
