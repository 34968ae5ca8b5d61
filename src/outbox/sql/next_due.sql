-- Columns: due_at_ms, null when nothing waits.
select min(case when state = 'queued' then due_at_ms else lease_until_ms end) as due_at_ms from outbox_mail
where state = 'queued' or state = 'sending'
