-- Parameters: incident, number, sealed.
update incident_notice set sealed = :sealed where incident = :incident and number = :number
