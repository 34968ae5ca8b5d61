-- Parameters: number, due, give_up, now.
update outbox_mail
set state = 'queued', due_at_ms = :due, give_up_at_ms = :give_up, attempts = 0, reason = '', changed_at_ms = :now
where number = :number and state = 'failed'
