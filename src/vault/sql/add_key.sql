-- database: keys
-- Parameters: name, parent, wrapped, at_ms.
insert into kept_key (name, parent, state, wrapped, created_at_ms)
values (:name, :parent, 'active', :wrapped, :at_ms)
