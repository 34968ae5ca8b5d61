-- Parameters: session, member, drawn. Columns: challenge.
select challenge from member_challenge where session = :session and member = :member and drawn_at_ms > :drawn
