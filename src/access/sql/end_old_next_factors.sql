-- Parameters: drawn.
delete from member_next_factor where drawn_at_ms <= :drawn
