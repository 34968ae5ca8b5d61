-- Incidents were handled by whoever answers requests: they and their programs go on doing both.
update member set permissions = permissions || ' handle_incidents'
where ' ' || permissions || ' ' like '% answer_requests %';
update member_token set permissions = permissions || ' handle_incidents'
where ' ' || permissions || ' ' like '% answer_requests %';
