-- Every time that a version began, oldest first. Columns: number, version, begun_ms, text.
select number, notice_period.version, begun_ms, text
from notice_period join notice on notice.version = notice_period.version
order by number
