-- Parameters: person. Columns: count.
select count(*) as count from restriction where person = :person and lifted_ms is null
