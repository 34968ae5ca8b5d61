-- Parameters: person.
delete from mail_index where person = :person
