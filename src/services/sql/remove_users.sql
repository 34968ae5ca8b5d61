-- Parameters: service.
delete from service_user where service = :service
