-- A mail that waits, is being sent, or was. The person is the vault's random id, which tells nothing without
-- the vault. Parameters are kept until the mail is out.
create table outbox_mail (
  number bigint primary key,
  person text not null,
  property bigint not null,
  template text not null,
  parameters text not null,
  once text,
  message_id text not null unique,
  state text not null check (state in ('queued', 'sending', 'sent', 'failed', 'dropped')),
  due_at_ms bigint not null,
  give_up_at_ms bigint not null,
  attempts bigint not null,
  lease_until_ms bigint,
  holder text,
  changed_at_ms bigint not null,
  reason text not null,
  check ((state = 'sending') = (lease_until_ms is not null)),
  check ((state = 'sending') = (holder is not null)));
create unique index outbox_mail_once on outbox_mail (person, property, template, once) where once is not null;
create index outbox_mail_due on outbox_mail (state, due_at_ms);
create index outbox_mail_property on outbox_mail (property, state);
