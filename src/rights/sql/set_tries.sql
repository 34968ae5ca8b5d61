-- Parameters: request, tries.
update request_code set tries = :tries where request = :request
