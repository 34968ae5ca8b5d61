-- By ground. Columns: ground, count, last.
select ground, count(*) as count, max(at_ms) as last from disclosure group by ground order by ground
