-- Parameters: person, used, closes.
insert into account_warning (person, used_at_ms, closes_at_ms) values (:person, :used, :closes)
on conflict (person) do update set used_at_ms = excluded.used_at_ms, closes_at_ms = excluded.closes_at_ms
