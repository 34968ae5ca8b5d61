-- database: keys
-- Parameters: erasure, property, who, sealed, traces, subject, member (or null), now.
insert into erasure (erasure, property, who, sealed, traces, subject, member, requested_at_ms, swept)
values (:erasure, :property, :who, :sealed, :traces, :subject, :member, :now, 0)
