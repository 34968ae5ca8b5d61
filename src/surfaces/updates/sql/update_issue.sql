-- Only what was not sent. Parameters: id, texts, now, author.
update updates_issue set texts = :texts, changed_ms = :now, author = :author where id = :id and state = 'draft'
