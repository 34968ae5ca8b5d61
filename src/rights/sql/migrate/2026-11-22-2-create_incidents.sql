-- What went wrong with data. `sealed` is sealed under the incident's own key; a row names nobody. Times are ms since
-- the epoch.
create table incident (
  id text not null primary key,
  state text not null check (state in ('suspected', 'detected', 'ongoing', 'halted', 'concluded')),
  finder text not null check (finder in ('staff', 'page', 'mail')),
  risk text not null check (risk in ('unassessed', 'none', 'unlikely', 'some', 'high')),
  language text not null,
  policy_version text not null,
  opened_ms bigint not null,
  aware_ms bigint not null,
  from_ms bigint,
  until_ms bigint,
  closed_ms bigint,
  sealed text not null);
create index incident_by_closed on incident (closed_ms, aware_ms);
-- Whom the policy promises to tell of it, and until when. `tell` is null while nobody decided.
create table incident_duty (
  incident text not null,
  whom text not null check (whom in ('controller', 'authority', 'people')),
  due_ms bigint not null,
  tell bigint,
  decided_ms bigint,
  done_ms bigint,
  primary key (incident, whom));
-- A letter to one person: the vault's random ids, and how far the mail is.
create table incident_letter (
  incident text not null,
  property bigint not null,
  person text not null,
  state text not null check (state in ('due', 'queued', 'sending', 'sent', 'failed', 'dropped')),
  at_ms bigint not null,
  primary key (incident, property, person));
create index incident_letter_by_person on incident_letter (person);
-- A notification to the authority as it was made, in the order of `number`; sealed as the incident is.
create table incident_notice (
  incident text not null,
  number bigint not null,
  phase text not null check (phase in ('preliminary', 'supplement', 'complete')),
  at_ms bigint not null,
  sealed text not null,
  primary key (incident, number));
