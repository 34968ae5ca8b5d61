-- A version of the policy as it was written. Parameters: version. Columns: text.
select text from notice where version = :version
