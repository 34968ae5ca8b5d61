-- Parameters: person, property, template, parameters, once, message_id, due, give_up, now. Columns: number.
insert into outbox_mail (number, person, property, template, parameters, once, message_id, state, due_at_ms,
  give_up_at_ms, attempts, changed_at_ms, reason)
select coalesce(max(number), 0) + 1, cast(:person as text), cast(:property as bigint), cast(:template as text),
  cast(:parameters as text), cast(:once as text), cast(:message_id as text), 'queued', cast(:due as bigint),
  cast(:give_up as bigint), 0, cast(:now as bigint), ''
from outbox_mail
returning number
