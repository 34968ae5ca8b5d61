-- What was sealed meanwhile.
delete from act_unsealed
