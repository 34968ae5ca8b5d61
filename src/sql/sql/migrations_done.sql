-- Parameters: module. Columns: name, hash; in the order in which they were done.
select name, hash from migration where module = :module order by name
