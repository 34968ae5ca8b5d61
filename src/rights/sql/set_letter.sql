-- Every column of incident_letter.
update incident_letter set state = :state, at_ms = :at_ms
where incident = :incident and property = :property and person = :person
