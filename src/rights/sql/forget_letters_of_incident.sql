-- Parameters: incident.
delete from incident_letter where incident = :incident
