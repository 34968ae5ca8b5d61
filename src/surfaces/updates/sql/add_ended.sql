-- Parameters: person, now.
insert into updates_ended (person, ended_ms) values (:person, :now) on conflict (person) do nothing
