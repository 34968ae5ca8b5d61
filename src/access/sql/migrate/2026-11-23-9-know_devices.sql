-- Browsers that members come in with (devices.h). `secret` is the SHA-256 of what the browser's cookie holds.
create table member_device (
  device text primary key,
  secret text not null,
  member text not null references member (member) on delete cascade,
  name text not null,
  network text not null,
  added_at_ms bigint not null,
  used_at_ms bigint not null,
  unique (member, secret));
create index member_device_secret on member_device (secret);
-- How somebody tried to come in; `refused` is 0 or 1.
create table member_sign_in (
  sign_in text primary key,
  member text not null references member (member) on delete cascade,
  at_ms bigint not null,
  outcome text not null,
  refused bigint not null,
  name text not null,
  network text not null);
create index member_sign_in_member on member_sign_in (member, refused, at_ms);
-- The browser of a session; empty for those of before, and where no browser has to be known.
alter table member_session add column device text not null default '';
-- How far somebody on the way in is (entering.h): whether the browser is vouched for, and how; when and by what the
-- second factor was shown. One that waits to be vouched for has a name for mails and a number for people.
alter table member_half_session add column vouched text not null default '';
alter table member_half_session add column proved_at_ms bigint;
alter table member_half_session add column proved_by text not null default '';
alter table member_half_session add column wait text not null default '';
alter table member_half_session add column number text not null default '';
alter table member_half_session add column name text not null default '';
alter table member_half_session add column network text not null default '';
