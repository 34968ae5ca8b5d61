-- Parameters: person, field.
delete from mail_index where person = :person and field = :field
