-- Parameters: service, name, declared, now.
insert into service (service, name, declared, added_at_ms) values (:service, :name, :declared, :now)
