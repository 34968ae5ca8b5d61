-- Columns: person.
select person from person order by person
