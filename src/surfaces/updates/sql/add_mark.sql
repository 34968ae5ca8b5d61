-- Parameters: mark.
insert into updates_mark (mark) values (:mark) on conflict (mark) do nothing
