-- The mail that has waited longest: due, or with a lease that has ended. Parameters: now. Columns: number,
-- person, property, template, parameters, message_id, give_up_at_ms, attempts.
select number, person, property, template, parameters, message_id, give_up_at_ms, attempts from outbox_mail
where (state = 'queued' and due_at_ms <= :now) or (state = 'sending' and lease_until_ms <= :now)
order by due_at_ms, number
limit 1
