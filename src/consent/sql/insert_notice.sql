-- Keeps a version of the policy once. Parameters: version, text.
insert into notice (version, text) values (:version, :text) on conflict (version) do nothing
