-- Parameters: id.
update approval set sealed = '' where id = :id
