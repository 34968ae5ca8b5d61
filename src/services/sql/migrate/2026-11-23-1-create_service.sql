-- Services of others, of which staff have no password. What is declared of one is JSON; its secret is in the key
-- database, under its name.
create table service (
  service text not null primary key,
  name text not null unique,
  declared text not null,
  added_at_ms bigint not null);
create table service_user (
  service text not null,
  member text not null,
  primary key (service, member));
