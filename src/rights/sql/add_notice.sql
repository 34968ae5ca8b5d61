-- The next notification of an incident. Parameters: incident, phase, at_ms, sealed.
insert into incident_notice (incident, number, phase, at_ms, sealed)
select :incident, coalesce(max(number), 0) + 1, :phase, :at_ms, :sealed from incident_notice where incident = :incident
