-- Parameters: origin.
insert into act_log (one, origin, checkpoint) values (1, :origin, '')
