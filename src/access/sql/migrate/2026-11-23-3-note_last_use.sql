-- When the account was last used: by a sign-in, a session or a token of its member.
alter table member add column used_at_ms bigint not null default 0;
update member set used_at_ms = created_at_ms;
