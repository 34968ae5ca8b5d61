-- Columns: count.
select count(*) as count from act
