-- Columns: marks.
select count(*) as marks from updates_mark
