-- Of everybody of a property, the latest first. Parameters: property, before, count. Columns: all.
select number, at_ms, property, ground, receiver, reference, purposes, data, form, people, policy_version, member
from disclosure where property = :property and number < :before order by number desc limit :count
