-- Parameters: incident. Columns: number, phase, at_ms, sealed.
select number, phase, at_ms, sealed from incident_notice where incident = :incident order by number
