-- The table of what was done. Columns: module, name, hash, at_ms.
create table if not exists migration (
  module text not null,
  name text not null,
  hash text not null,
  at_ms bigint not null,
  primary key (module, name))
