-- Parameters: person.
delete from updates_waiting where person = :person
