-- Parameters: request. Columns: number, sent_ms, window_ms, in_window, tries.
select number, sent_ms, window_ms, in_window, tries from request_code where request = :request
