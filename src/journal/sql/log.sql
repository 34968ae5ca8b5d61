-- Columns: origin, checkpoint (empty before the first).
select origin, checkpoint from act_log where one = 1
