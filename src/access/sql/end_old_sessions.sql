-- Those that are over in any case. Parameters: started, used.
delete from member_session where started_at_ms <= :started or used_at_ms <= :used
