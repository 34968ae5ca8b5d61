-- Who subscribed and has not confirmed it yet: the vault's random id of somebody in the property of those who wait, and
-- the names of the updates with spaces between. `instead`: the subscriber who gives another address.
create table updates_waiting (
  person text not null primary key,
  names text not null,
  session text not null,
  instead text,
  expires_ms bigint not null);
-- What each subscriber gets. `session` is that of the consent, `since_ms` when it was confirmed.
create table updates_subscription (
  person text not null,
  name text not null,
  session text not null,
  policy_version text not null,
  since_ms bigint not null,
  primary key (person, name));
create index updates_subscription_by_name on updates_subscription (name, person);
-- Whose last subscription has ended: they go when the terms that count from it are over.
create table updates_ended (
  person text not null primary key,
  ended_ms bigint not null);
-- An address that an update must not be mailed to: a keyed hash of both (mark.h), and nothing else.
create table updates_mark (
  mark text not null primary key);
-- What staff wrote. `texts` is JSON, by language. From `queueing` on it is never changed.
create table updates_issue (
  id text not null primary key,
  name text not null,
  state text not null check (state in ('draft', 'queueing', 'sent')),
  texts text not null,
  changed_ms bigint not null,
  author text not null,
  sent_ms bigint,
  sender text);
create index updates_issue_by_name on updates_issue (name, sent_ms);
