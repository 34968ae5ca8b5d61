-- Parameters: person, language.
update person set language = :language where person = :person
