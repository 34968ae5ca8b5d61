-- Parameters: number, holder, lease, now.
update outbox_mail
set state = 'sending', holder = :holder, lease_until_ms = :lease, attempts = attempts + 1, changed_at_ms = :now
where number = :number
