-- Columns: person, ended_ms.
select person, ended_ms from updates_ended order by person
