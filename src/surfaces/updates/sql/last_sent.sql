-- Parameters: name. Columns: sent_ms, null when none was sent.
select max(sent_ms) as sent_ms from updates_issue where name = :name
