-- Keeps a shown text once. Parameters: hash, text.
insert into consent_text (hash, text) values (:hash, :text) on conflict (hash) do nothing
