-- Parameters: after, property (or null), kind (or null), count_max. Columns: those of an act.
select number, at_ms, kind, property, member, subject, state, intent, detail
from act
where number > :after
  and (cast(:property as bigint) is null or property = :property)
  and (cast(:kind as text) is null or kind = :kind)
order by number
limit :count_max
