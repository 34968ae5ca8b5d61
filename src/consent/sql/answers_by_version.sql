-- How each session's question was last answered, counted by version of the policy. Columns: policy_version, state, count.
select policy_version, state, count(*) as count from consent
where number = (select max(last.number) from consent last
  where last.session = consent.session and last.purpose = consent.purpose)
group by policy_version, state order by policy_version, state
