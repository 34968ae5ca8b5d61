-- Parameters: number. Columns: those of an act.
select number, at_ms, kind, property, member, subject, state, intent, detail
from act where number = :number and state = 'intent'
