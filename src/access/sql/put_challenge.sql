-- In the place of an earlier one of this session. Parameters: session, member, challenge, now.
insert into member_challenge (session, member, challenge, drawn_at_ms) values (:session, :member, :challenge, :now)
on conflict (session) do update set member = excluded.member, challenge = excluded.challenge,
  drawn_at_ms = excluded.drawn_at_ms
