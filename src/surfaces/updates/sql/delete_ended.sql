-- Parameters: person.
delete from updates_ended where person = :person
