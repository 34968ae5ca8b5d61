-- Parameters: url, seen_size, signatures.
insert into act_witness (url, seen_size, signatures) values (:url, :seen_size, :signatures)
on conflict (url) do update set seen_size = excluded.seen_size, signatures = excluded.signatures
