-- Parameters: number. Columns: key_name.
select key_name from act_detail where number = :number
