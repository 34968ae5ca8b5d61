-- Parameters: session, member, drawn. Columns: secret.
select secret from member_next_factor where session = :session and member = :member and drawn_at_ms > :drawn
