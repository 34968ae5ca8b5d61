-- The second factor (second_factor.h). `secret` of an authenticator is sealed under its member's key, as base64; `code`
-- of a recovery code is its SHA-256. `used_step` is that of the last code that was taken.
create table member_factor (
  member text primary key references member (member) on delete cascade,
  secret text not null,
  set_at_ms bigint not null,
  used_step bigint not null);
-- Shown, not confirmed yet. `session` is the hash of the session or half session that it was shown to.
create table member_next_factor (
  session text primary key,
  member text not null references member (member) on delete cascade,
  secret text not null,
  drawn_at_ms bigint not null);
create table member_recovery (
  code text primary key,
  member text not null references member (member) on delete cascade);
create index member_recovery_member on member_recovery (member);
-- The password was right, the second factor is still to come.
create table member_half_session (
  secret text primary key,
  member text not null references member (member) on delete cascade,
  started_at_ms bigint not null);
create index member_half_session_member on member_half_session (member, started_at_ms);
-- When a second factor was last shown in this session; null for one that was begun with a password alone.
alter table member_session add column proved_at_ms bigint;
