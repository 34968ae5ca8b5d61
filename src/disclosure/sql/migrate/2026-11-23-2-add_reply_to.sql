-- Where an organiser is written to: an address of the organisation, and of nobody in particular.
alter table assignment add column reply_to text not null default '';
