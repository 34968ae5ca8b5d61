-- database: keys
-- A destroyed key keeps its row, without the key: the tombstone.
create table kept_key (
  name text primary key,
  parent text not null,
  state text not null check (state in ('active', 'destroyed')),
  wrapped text,
  created_at_ms bigint not null,
  destroyed_at_ms bigint,
  check ((state = 'active') = (wrapped is not null)));
create index kept_key_parent on kept_key (parent);
