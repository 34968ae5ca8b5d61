-- Where this person was chosen, the earliest first. Parameters: property, person. Columns: all.
select number, at_ms, disclosure.property, ground, receiver, reference, purposes, data, form, people, policy_version,
  member
from disclosure join disclosure_subject on disclosure_subject.disclosure = disclosure.number
where disclosure_subject.property = :property and person = :person order by number
