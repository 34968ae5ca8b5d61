-- Columns: person.
select person from updates_waiting order by person
