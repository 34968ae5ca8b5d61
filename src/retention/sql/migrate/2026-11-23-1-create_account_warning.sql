-- Who was told that their account closes if they do not use it, and about which last use. Gone with the account.
create table account_warning (
  person text primary key,
  used_at_ms bigint not null,
  closes_at_ms bigint not null);
