-- Parameters: key_name. Columns: number, sealed, is_open: an intent that has no result yet.
select act_detail.number, act_detail.sealed,
  case when act.state = 'intent' and not exists (select 1 from act finished where finished.intent = act.number)
    then 1 else 0 end as is_open
from act_detail join act on act.number = act_detail.number
where act_detail.key_name = :key_name
order by act_detail.number
