-- Parameters: person.
delete from incident_letter where person = :person
