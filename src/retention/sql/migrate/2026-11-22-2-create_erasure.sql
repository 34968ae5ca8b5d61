-- database: keys
-- The erasure ledger. `who` is an HMAC of the person's id; `sealed` holds person and viewer, `traces` what is
-- searched for, until it is completed. `swept` is 1 once the person was looked for again after completion.
create table erasure (
  erasure text primary key,
  property bigint not null,
  who text not null unique,
  sealed text not null,
  traces text,
  subject text not null unique,
  member text,
  requested_at_ms bigint not null,
  completed_at_ms bigint,
  certificate text,
  swept bigint not null,
  check ((completed_at_ms is null) = (certificate is null)));
