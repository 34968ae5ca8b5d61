-- Parameters: name. Columns: organisation.
select organisation from organisation where name = :name and closed_at_ms is null
