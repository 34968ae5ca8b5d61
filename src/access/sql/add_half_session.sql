-- Parameters: secret, member, now, vouched, proved, by, wait, number, name, network.
insert into member_half_session (secret, member, started_at_ms, vouched, proved_at_ms, proved_by, wait, number, name,
  network)
values (:secret, :member, :now, :vouched, :proved, :by, :wait, :number, :name, :network)
