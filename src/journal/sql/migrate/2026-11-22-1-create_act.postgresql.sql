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
create function refuse_change_of_act() returns trigger language plpgsql as 'begin raise exception ''an act is never changed or deleted'' using errcode = ''23000''; end';
create trigger act_stays before update or delete or truncate on act execute function refuse_change_of_act();
