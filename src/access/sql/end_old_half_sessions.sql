-- Parameters: started.
delete from member_half_session where started_at_ms <= :started
