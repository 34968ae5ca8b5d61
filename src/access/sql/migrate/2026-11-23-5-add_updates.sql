-- Whoever runs events may write to who subscribed; their programs may not, unless they are told so.
update member set permissions = permissions || ' send_updates'
where ' ' || permissions || ' ' like '% manage_event %';
