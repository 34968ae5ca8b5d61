-- Parameters: module, name, hash, at_ms.
insert into migration (module, name, hash, at_ms) values (:module, :name, :hash, :at_ms)
