-- Incidents that are not closed, and duties of theirs whose time is over. Parameters: now. Columns: open_ones, late.
select (select count(*) from incident where closed_ms is null) as open_ones,
  (select count(*) from incident_duty join incident on incident.id = incident_duty.incident
    where incident.closed_ms is null and done_ms is null and (tell is null or tell = 1) and due_ms < :now) as late
