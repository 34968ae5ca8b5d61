-- What was done when a term ended: a row per property and datum, and one whose datum is empty when nothing of the
-- property is left. `act` is the number of its intent in the journal.
create table retention_run (
  property bigint not null,
  datum text not null,
  due_at_ms bigint not null,
  executed_at_ms bigint not null,
  did text not null check (did in ('erased', 'anonymised', 'ended')),
  removed bigint not null,
  act bigint not null,
  primary key (property, datum));
-- Erasures that this database has seen completed: a key database that does not know one of them is older than this.
create table erasure_seen (
  erasure text primary key);
