-- Parameters: incident. Columns: state, letters.
select state, count(*) as letters from incident_letter where incident = :incident group by state
