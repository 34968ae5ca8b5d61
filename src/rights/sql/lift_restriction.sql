-- Parameters: request, now.
update restriction set lifted_ms = :now where request = :request and lifted_ms is null
