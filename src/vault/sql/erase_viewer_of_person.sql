-- Parameters: person.
delete from viewer where person = :person
