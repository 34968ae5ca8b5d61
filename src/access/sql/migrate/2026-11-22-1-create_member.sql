-- A member's name and address are in the vault, under `person`. Secrets are hashes: of a password Argon2id,
-- of a random secret SHA-256 as base64url. Permissions are names divided by spaces.
create table member (
  member text primary key,
  person text not null unique,
  password text not null,
  permissions text not null,
  created_at_ms bigint not null);
create table member_session (
  secret text primary key,
  member text not null references member (member),
  started_at_ms bigint not null,
  used_at_ms bigint not null);
create index member_session_member on member_session (member, started_at_ms);
create table member_token (
  token text primary key,
  secret text not null unique,
  member text not null references member (member),
  label text not null,
  permissions text not null,
  created_at_ms bigint not null,
  expires_at_ms bigint,
  used_at_ms bigint);
create index member_token_member on member_token (member, created_at_ms);
-- At most one row, and none once there is a member.
create table setup_token (
  slot bigint primary key check (slot = 1),
  secret text not null,
  expires_at_ms bigint not null);
