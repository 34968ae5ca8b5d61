-- database: keys
-- What the one before said of this one, in public; null for one that nobody has to be led to.
alter table credential add column introduction text;
