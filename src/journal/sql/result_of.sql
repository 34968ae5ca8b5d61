-- Parameters: intent. Columns: number.
select number from act where intent = :intent
