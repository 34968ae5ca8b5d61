-- Parameters: property, viewer.
delete from consent where property = :property and viewer = :viewer
