-- Parameters: incident. Columns: phase, at_ms, sealed.
select phase, at_ms, sealed from incident_notice where incident = :incident order by number
