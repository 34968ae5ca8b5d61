-- Parameters: drawn.
delete from member_challenge where drawn_at_ms <= :drawn
