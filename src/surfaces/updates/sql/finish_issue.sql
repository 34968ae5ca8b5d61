-- Parameters: id.
update updates_issue set state = 'sent' where id = :id and state = 'queueing'
