-- What is sealed is base64 of crypto/seal.h under the person's key; an index is base64 of HMAC-SHA-256.
create table person (
  person text primary key,
  property bigint not null,
  registered_at_ms bigint not null,
  language text not null);
create index person_property on person (property, registered_at_ms, person);
create table person_field (
  person text not null references person (person),
  name text not null,
  data text not null,
  purposes text not null,
  policy_version text not null,
  sealed text not null,
  stored_at_ms bigint not null,
  primary key (person, name));
create table mail_index (
  property bigint not null,
  mail text not null,
  person text not null unique references person (person),
  field text not null,
  primary key (property, mail));
create table link (
  property bigint not null,
  token text not null,
  person text not null unique references person (person),
  sealed text not null,
  primary key (property, token));
create table viewer (
  property bigint not null,
  number text not null,
  person text not null references person (person),
  sealed text not null,
  primary key (property, number),
  unique (person, property));
