-- Parameters: property, month. Columns: generation.
select coalesce(max(generation), 0) + 1 as generation from act_key where property = :property and month = :month
