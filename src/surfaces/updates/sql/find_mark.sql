-- Parameters: mark. Columns: mark.
select mark from updates_mark where mark = :mark
