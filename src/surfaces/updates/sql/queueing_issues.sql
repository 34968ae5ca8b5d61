-- Columns: id, name, state, texts, changed_ms, author, sent_ms, sender.
select id, name, state, texts, changed_ms, author, sent_ms, sender from updates_issue
where state = 'queueing' order by sent_ms, id
