-- Parameters: name, now.
insert into organisation (organisation, name, created_at_ms)
values ((select coalesce(max(organisation), 0) + 1 from organisation), :name, :now)
