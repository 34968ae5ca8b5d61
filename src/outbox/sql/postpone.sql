-- Parameters: number, holder, due, reason, now.
update outbox_mail
set state = 'queued', holder = null, lease_until_ms = null, due_at_ms = :due, reason = :reason, changed_at_ms = :now
where number = :number and state = 'sending' and holder = :holder
