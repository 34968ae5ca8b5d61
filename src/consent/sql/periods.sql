-- Every time that a version began, oldest first. Columns: number, version, begun_ms.
select number, version, begun_ms from notice_period order by number
