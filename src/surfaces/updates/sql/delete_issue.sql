-- Only what was not sent. Parameters: id.
delete from updates_issue where id = :id and state = 'draft'
