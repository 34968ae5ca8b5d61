-- The latest first. Parameters: count. Columns: id, name, state, texts, changed_ms, author, sent_ms, sender.
select id, name, state, texts, changed_ms, author, sent_ms, sender from updates_issue
order by coalesce(sent_ms, changed_ms) desc, id
limit :count
