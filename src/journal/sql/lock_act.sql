-- Numbers have no gap, so whoever adds an act goes alone. SQLite's transactions do already.
select 1 as locked
