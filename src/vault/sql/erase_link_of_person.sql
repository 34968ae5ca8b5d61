-- Parameters: person.
delete from link where person = :person
