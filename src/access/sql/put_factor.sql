-- Parameters: member, secret, now, step.
insert into member_factor (member, secret, set_at_ms, used_step) values (:member, :secret, :now, :step)
on conflict (member) do update set secret = excluded.secret, set_at_ms = excluded.set_at_ms,
  used_step = excluded.used_step
