-- database: keys
-- For a key that was never made. Parameters: name, parent, at_ms.
insert into kept_key (name, parent, state, created_at_ms, destroyed_at_ms)
values (:name, :parent, 'destroyed', :at_ms, :at_ms)
on conflict (name) do nothing
