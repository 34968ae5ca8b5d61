-- Parameters: name, state.
update act_key set state = :state where name = :name
