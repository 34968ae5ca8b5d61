-- Parameters: person. Columns: person, names, session, instead, expires_ms.
select person, names, session, instead, expires_ms from updates_waiting where person = :person
