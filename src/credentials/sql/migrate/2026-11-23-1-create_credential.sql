-- database: keys
-- A version that has ended keeps its row, without the secret: when it was made, how, for whom, and replaced.
create table credential (
  name text not null,
  number bigint not null,
  state text not null check (state in ('next', 'current', 'retired', 'ended')),
  sealed text,
  made text not null check (made in ('generated', 'given')),
  made_by text not null check (made_by in ('schedule', 'operator')),
  made_at_ms bigint not null,
  current_at_ms bigint,
  retired_at_ms bigint,
  ended_at_ms bigint,
  primary key (name, number),
  check ((state = 'ended') = (sealed is null)),
  check ((state = 'ended') = (ended_at_ms is not null)));
create unique index credential_next on credential (name) where state = 'next';
create unique index credential_current on credential (name) where state = 'current';
