-- Requests of people about their data. A row identifies nobody: the person is the vault's random id, `sealed` is
-- sealed under the request's own key. Times are ms since the epoch.
create table request (
  id text not null primary key,
  person text not null unique,
  right_name text not null,
  state text not null check (state in ('received', 'waiting', 'identified', 'decided', 'closed')),
  channel text not null,
  language text not null,
  policy_version text not null,
  received_ms bigint not null,
  due_ms bigint not null,
  extended_ms bigint,
  paused_ms bigint,
  identified_ms bigint,
  identified_by text not null,
  decided_ms bigint,
  granted bigint,
  answer_until_ms bigint,
  restricts bigint not null,
  sealed text not null);
create index request_by_state on request (state, due_ms);
-- The code that was mailed last for a request: the how-manieth, when, how many tries are left.
create table request_code (
  request text not null primary key,
  number bigint not null,
  sent_ms bigint not null,
  window_ms bigint not null,
  in_window bigint not null,
  tries bigint not null);
-- Whose data must not be processed now, and by which request.
create table restriction (
  request text not null,
  property bigint not null,
  person text not null,
  viewer bigint not null,
  since_ms bigint not null,
  lifted_ms bigint,
  primary key (request, property, person));
create index restriction_by_person on restriction (person);
create index restriction_by_viewer on restriction (property, viewer);
