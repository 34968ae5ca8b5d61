-- The latest first. Parameters: before, count. Columns: all.
select number, at_ms, property, ground, receiver, reference, purposes, data, form, people, policy_version, member
from disclosure where number < :before order by number desc limit :count
