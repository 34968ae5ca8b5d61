-- When the texts of a closed incident went; what stays is sealed under another key of it then.
alter table incident add column texts_ended_ms bigint;
