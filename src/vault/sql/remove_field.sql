-- Parameters: person, name.
delete from person_field where person = :person and name = :name
