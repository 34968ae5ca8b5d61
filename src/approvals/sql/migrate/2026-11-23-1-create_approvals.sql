-- What one member asked and a second one decides. `sealed` is empty once the request is destroyed; `closed_at_ms`
-- is set when there is nothing left to be done.
create table approval (
  id text primary key,
  organisation bigint not null default 1,
  act text not null,
  kind text not null,
  property bigint,
  asked_by text not null,
  asked_at_ms bigint not null,
  until_ms bigint not null,
  state text not null,
  decided_by text,
  decided_at_ms bigint,
  closed_at_ms bigint,
  sealed text not null,
  sealed_reason text not null default '');
create index approval_asked on approval (organisation, asked_at_ms);
create index approval_property on approval (property);
