-- What was asked of whom, in which words, and what was answered: a row for each answer of a session, numbered in
-- order, and each wording once, by its hash. at_ms is ms since the epoch.
create table consent_text (
  hash text not null primary key,
  text text not null);
create table consent (
  id text not null primary key,
  session text not null,
  number bigint not null,
  property bigint not null,
  viewer bigint not null,
  purpose text not null,
  state text not null,
  method text not null,
  language text not null,
  policy_version text not null,
  fingerprint text not null,
  text_hash text not null references consent_text (hash),
  at_ms bigint not null,
  unique (session, number));
create index consent_by_viewer on consent (property, viewer);
