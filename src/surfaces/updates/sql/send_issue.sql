-- Parameters: id, now, sender.
update updates_issue set state = 'queueing', sent_ms = :now, sender = :sender where id = :id and state = 'draft'
