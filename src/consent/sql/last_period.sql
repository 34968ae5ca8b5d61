-- What is in force. Columns: number, version, begun_ms; none before the first.
select number, version, begun_ms from notice_period order by number desc limit 1
