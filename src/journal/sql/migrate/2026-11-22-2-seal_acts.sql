-- Acts become leaves of a tree: what identifies anybody moves into a sealed detail beside each. What is there
-- already waits in act_unsealed, which the program empties as it starts, since SQL has no keys.
drop trigger act_stays;
drop trigger act_remains;
drop index act_result;
drop index act_property;
alter table act rename to act_unsealed;
create table act (
  number bigint primary key,
  at_ms bigint not null,
  kind text not null,
  subject text,
  state text not null check (state in ('done', 'intent', 'result')),
  intent bigint references act (number),
  commitment text not null,
  check ((state = 'result') = (intent is not null)));
create unique index act_result on act (intent) where intent is not null;
create table act_key (
  name text primary key,
  property bigint not null,
  month text not null,
  generation bigint not null,
  state text not null check (state in ('active', 'ending', 'destroyed')),
  unique (property, month, generation));
create unique index act_key_active on act_key (property, month) where state = 'active';
create table act_detail (
  number bigint primary key references act (number),
  key_name text not null references act_key (name),
  property bigint not null,
  sealed text not null);
create index act_detail_property on act_detail (property, number);
create index act_detail_key on act_detail (key_name, number);
create table act_log (
  one bigint primary key check (one = 1),
  origin text not null,
  checkpoint text not null);
create table act_witness (
  url text primary key,
  seen_size bigint not null,
  signatures text not null);
create trigger act_stays before update on act begin select raise(abort, 'an act is never changed'); end;
create trigger act_remains before delete on act begin select raise(abort, 'an act is never deleted'); end;
