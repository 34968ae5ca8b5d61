-- Parameters: person.
delete from updates_subscription where person = :person
