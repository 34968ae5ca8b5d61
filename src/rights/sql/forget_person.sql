-- Parameters: person.
delete from restriction where person = :person
