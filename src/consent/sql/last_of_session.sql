-- Whose a session is, and how many rows it has. Parameters: session. Columns: number, property, viewer; none
-- for a new session.
select number, property, viewer from consent where session = :session order by number desc limit 1
