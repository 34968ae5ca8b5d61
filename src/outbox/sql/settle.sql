-- A failed mail keeps its parameters, since it may be tried again. Parameters: number, holder, state, reason,
-- now.
update outbox_mail
set state = :state, holder = null, lease_until_ms = null, reason = :reason, changed_at_ms = :now,
  parameters = case when :state = 'failed' then parameters else '{}' end
where number = :number and state = 'sending' and holder = :holder
