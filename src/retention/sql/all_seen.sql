-- Columns: erasure.
select erasure from erasure_seen order by erasure
