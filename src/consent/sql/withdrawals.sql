-- How often a session has withdrawn a purpose. Parameters: session, purpose. Columns: count.
select count(*) as count from consent
where session = :session and purpose = :purpose and state = 'withdrawn'
