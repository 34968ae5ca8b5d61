-- Parameters: person, name.
delete from updates_subscription where person = :person and name = :name
