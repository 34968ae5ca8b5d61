-- Parameters: person.
update incident set reporter = null where reporter = :person
