-- Whether somebody is told by mail that an approval waits for them.
alter table member add column told_of_approvals integer not null default 1
