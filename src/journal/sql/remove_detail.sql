-- Parameters: number.
delete from act_detail where number = :number
