-- Parameters: person.
delete from person_field where person = :person
