-- Organisations, whose members have a role (permission.h). The first one operates the installation; what it is
-- called is an option of the program.
create table organisation (
  organisation bigint primary key,
  name text not null,
  created_at_ms bigint not null);
insert into organisation (organisation, name, created_at_ms) values (1, '', 0);
-- Roles that an organisation drew otherwise, or made. `name` is empty for those that every one begins with.
create table member_role (
  organisation bigint not null references organisation (organisation),
  role text not null,
  name text not null,
  permissions text not null,
  primary key (organisation, role));
-- Who was asked to come. The address is in the vault, under `person`.
create table member_invitation (
  invitation text primary key,
  person text not null unique,
  organisation bigint not null references organisation (organisation),
  role text not null,
  exports bigint not null,
  created_at_ms bigint not null,
  expires_at_ms bigint not null);
create index member_invitation_organisation on member_invitation (organisation, created_at_ms);
-- Until now the only account was the first one, which may do everything.
alter table member add column organisation bigint not null default 1;
alter table member add column role text not null default 'owner';
alter table member add column exports bigint not null default 1;
alter table member drop column permissions;
create index member_organisation on member (organisation, created_at_ms);
-- Running an event on its day was a part of managing it.
update member_token set permissions = permissions || ' run_event'
where ' ' || permissions || ' ' like '% manage_event %';
