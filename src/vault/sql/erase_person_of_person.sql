-- Parameters: person.
delete from person where person = :person
