-- Parameters: used.
delete from member_device where used_at_ms <= :used
