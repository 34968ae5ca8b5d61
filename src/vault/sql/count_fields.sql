-- Parameters: person. Columns: count.
select count(*) as count from person_field where person = :person
