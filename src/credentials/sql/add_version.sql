-- database: keys
-- Parameters: name, number, sealed, made, made_by, now.
insert into credential (name, number, state, sealed, made, made_by, made_at_ms)
values (:name, :number, 'next', :sealed, :made, :made_by, :now)
