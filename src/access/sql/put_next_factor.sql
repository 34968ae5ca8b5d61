-- In the place of an earlier one of this session. Parameters: session, member, secret, now.
insert into member_next_factor (session, member, secret, drawn_at_ms) values (:session, :member, :secret, :now)
on conflict (session) do update set member = excluded.member, secret = excluded.secret,
  drawn_at_ms = excluded.drawn_at_ms
