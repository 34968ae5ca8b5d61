-- Parameters: number. Columns: commitment, key_name and sealed (null when the detail is destroyed).
select act.commitment, act_detail.key_name, act_detail.sealed
from act left join act_detail on act_detail.number = act.number
where act.number = :number
