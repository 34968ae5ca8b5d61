-- The latest of each thing that an operator may be asked to show.
create table evidence (
  name text primary key,
  detail text not null,
  at_ms bigint not null);
