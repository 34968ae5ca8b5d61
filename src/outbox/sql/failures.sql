-- Parameters: property. Columns: number, template, changed_at_ms, reason.
select number, template, changed_at_ms, reason from outbox_mail
where property = :property and state = 'failed'
order by number
