-- The latest first. Parameters: before, property (or null), module (or null), since, until (or null), count_max.
-- Columns: those of an act.
select act.number, act.at_ms, act.kind, act.subject, act.state, act.intent, act_detail.key_name, act_detail.sealed
from act left join act_detail on act_detail.number = act.number
where act.number < :before
  and (cast(:property as bigint) is null or act_detail.property = :property)
  and (cast(:module as text) is null or act.kind like :module)
  and (cast(:since as bigint) is null or act.at_ms >= :since)
  and (cast(:until as bigint) is null or act.at_ms < :until)
order by act.number desc
limit :count_max
