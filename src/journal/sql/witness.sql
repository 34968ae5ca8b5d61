-- Parameters: url. Columns: seen_size, signatures.
select seen_size, signatures from act_witness where url = :url
