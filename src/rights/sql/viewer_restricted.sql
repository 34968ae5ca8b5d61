-- Parameters: property, viewer. Columns: count.
select count(*) as count from restriction where property = :property and viewer = :viewer and lifted_ms is null
