-- Parameters: incident. Columns: property, person, state, at_ms.
select property, person, state, at_ms from incident_letter where incident = :incident order by property, person
