-- Parameters: session.
delete from member_challenge where session = :session
