-- Parameters: person.
delete from account_warning where person = :person
