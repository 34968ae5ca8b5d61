-- Every column of request_code.
insert into request_code (request, number, sent_ms, window_ms, in_window, tries)
values (:request, :number, :sent_ms, :window_ms, :in_window, :tries)
on conflict (request) do update set number = :number, sent_ms = :sent_ms, window_ms = :window_ms,
  in_window = :in_window, tries = :tries
