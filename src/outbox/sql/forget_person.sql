-- Parameters: person.
delete from outbox_mail where person = :person
