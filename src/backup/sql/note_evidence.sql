-- Parameters: name, detail, at_ms.
insert into evidence (name, detail, at_ms) values (:name, :detail, :at_ms)
on conflict (name) do update set detail = excluded.detail, at_ms = excluded.at_ms
