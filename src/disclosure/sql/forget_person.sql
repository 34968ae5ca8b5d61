-- Parameters: person.
delete from disclosure_subject where person = :person
