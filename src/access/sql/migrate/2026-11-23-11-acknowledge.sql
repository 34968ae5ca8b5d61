-- What members agreed to and followed (duties.h). `version` is that of the text, and empty for a training; `policy` is
-- the version of the policy that has its words. `signature` is sealed under its member's key, as base64; empty where
-- nothing is signed. `recorded_by` is a member, or empty for the operator. `ended` is 1 once another record took its
-- place or its end is in the journal.
create table member_duty (
  record text primary key,
  member text not null references member (member) on delete cascade,
  duty text not null,
  version text not null,
  policy text not null,
  language text not null,
  signature text not null,
  done_at_ms bigint not null,
  recorded_by text not null,
  recorded_at_ms bigint not null,
  ended bigint not null default 0,
  warned bigint not null default 0);
create index member_duty_member on member_duty (member, recorded_at_ms);
create index member_duty_standing on member_duty (ended);
-- When a membership ends by itself; null for those that do not. `over_noted` is 1 once that is in the journal.
alter table member add column until_ms bigint;
alter table member add column over_noted bigint not null default 0;
alter table member_invitation add column until_ms bigint;
