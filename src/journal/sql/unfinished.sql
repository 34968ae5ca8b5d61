-- Columns: those of an act.
select number, at_ms, kind, property, member, subject, state, intent, detail
from act begun
where state = 'intent' and not exists (select 1 from act finished where finished.intent = begun.number)
order by number
