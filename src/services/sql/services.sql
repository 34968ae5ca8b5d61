-- Columns: service, name, declared, added_at_ms.
select service, name, declared, added_at_ms from service order by name
