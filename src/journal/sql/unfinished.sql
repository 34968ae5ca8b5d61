-- Columns: those of an act.
select act.number, act.at_ms, act.kind, act.subject, act.state, act.intent, act_detail.key_name, act_detail.sealed
from act left join act_detail on act_detail.number = act.number
where act.state = 'intent' and not exists (select 1 from act finished where finished.intent = act.number)
order by act.number
