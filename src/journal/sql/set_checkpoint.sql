-- Parameters: checkpoint.
update act_log set checkpoint = :checkpoint where one = 1
