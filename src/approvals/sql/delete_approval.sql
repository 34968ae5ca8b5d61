-- Parameters: id.
delete from approval where id = :id
