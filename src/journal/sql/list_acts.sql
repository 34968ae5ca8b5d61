-- Parameters: after, property (or null), kind (or null), count_max. Columns: those of an act.
select act.number, act.at_ms, act.kind, act.subject, act.state, act.intent, act_detail.key_name, act_detail.sealed
from act left join act_detail on act_detail.number = act.number
where act.number > :after
  and (cast(:property as bigint) is null or act_detail.property = :property)
  and (cast(:kind as text) is null or act.kind = :kind)
order by act.number
limit :count_max
