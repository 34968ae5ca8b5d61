-- Parameters: person. Columns: ended_ms.
select ended_ms from updates_ended where person = :person
