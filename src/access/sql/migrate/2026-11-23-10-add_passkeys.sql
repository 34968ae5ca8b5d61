-- Passkeys (passkeys.h): `credential` is what the authenticator calls it, base64url; `public_key` in base64 is
-- libfido2's form of it, for the COSE algorithm.
create table member_passkey (
  passkey text primary key,
  member text not null references member (member) on delete cascade,
  credential text not null unique,
  algorithm bigint not null,
  public_key text not null,
  counter bigint not null,
  name text not null,
  added_at_ms bigint not null,
  used_at_ms bigint);
create index member_passkey_member on member_passkey (member, added_at_ms);
-- What a passkey is to sign next. `session` is the hash of the session or half session that was asked.
create table member_challenge (
  session text primary key,
  member text not null references member (member) on delete cascade,
  challenge text not null,
  drawn_at_ms bigint not null);
