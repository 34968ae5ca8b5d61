-- Parameters: name. Columns: detail, at_ms.
select detail, at_ms from evidence where name = :name
