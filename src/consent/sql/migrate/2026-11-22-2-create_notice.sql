-- Each version of the policy that was in force, as it was written, and each time that one began. begun_ms is ms
-- since the epoch.
create table notice (
  version text not null primary key,
  text text not null);
create table notice_period (
  number bigint not null primary key,
  version text not null references notice (version),
  begun_ms bigint not null);
