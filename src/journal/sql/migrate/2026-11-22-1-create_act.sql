-- An act is added and then never changed or deleted; the database itself sees to it.
create table act (
  number bigint primary key,
  at_ms bigint not null,
  kind text not null,
  property bigint,
  member text,
  subject text,
  state text not null check (state in ('done', 'intent', 'result')),
  intent bigint references act (number),
  detail text not null,
  check ((state = 'result') = (intent is not null)));
create unique index act_result on act (intent) where intent is not null;
create index act_property on act (property, number);
create trigger act_stays before update on act begin select raise(abort, 'an act is never changed'); end;
create trigger act_remains before delete on act begin select raise(abort, 'an act is never deleted'); end;
