-- How a value came in, a word of the policy's sources, and for what somebody typed over the day on which it was given
-- (YYYY-MM-DD). Empty for values that were stored before.
alter table person_field add column source text not null default '';
alter table person_field add column given_on text not null default '';
