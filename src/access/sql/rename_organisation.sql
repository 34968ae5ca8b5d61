-- Parameters: organisation, name.
update organisation set name = :name where organisation = :organisation
