-- Where a session was begun from, cut as the journal cuts addresses; empty for those of before.
alter table member_session add column network text not null default '';
