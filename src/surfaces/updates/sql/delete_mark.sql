-- Parameters: mark.
delete from updates_mark where mark = :mark
