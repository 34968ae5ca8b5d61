-- Parameters: person. Columns: template, state, changed_at_ms.
select template, state, changed_at_ms from outbox_mail where person = :person order by number
