-- Parameters: erasure.
insert into erasure_seen (erasure) values (:erasure) on conflict (erasure) do nothing
