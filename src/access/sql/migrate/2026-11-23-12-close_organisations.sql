-- An organisation whose service has ended keeps its number and its name, and nobody is of it any more.
alter table organisation add column closed_at_ms bigint
