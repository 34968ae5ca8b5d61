-- On which organisers get reports of their properties; at most one of a property is not ended.
create table assignment (
  number bigint primary key,
  property bigint not null,
  organiser text not null,
  reference text not null,
  agreed_on text not null,
  purposes text not null,
  policy_version text not null,
  recorded_at_ms bigint not null,
  ended_at_ms bigint);
create index assignment_property on assignment (property, number);

-- What went to whom, and why. Lists are words divided by commas. `property` is null when it is of several.
create table disclosure (
  number bigint primary key,
  at_ms bigint not null,
  property bigint,
  ground text not null,
  receiver text not null,
  reference text not null,
  purposes text not null,
  data text not null,
  form text not null,
  people bigint not null,
  policy_version text not null,
  member text not null);
create index disclosure_property on disclosure (property, number);

-- Of whom, where it was of chosen people and not of everybody of a property.
create table disclosure_subject (
  disclosure bigint not null,
  property bigint not null,
  person text not null,
  primary key (disclosure, property, person));
create index disclosure_subject_person on disclosure_subject (person);
