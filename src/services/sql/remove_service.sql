-- Parameters: service.
delete from service where service = :service
