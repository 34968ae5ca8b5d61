-- Of everybody.
delete from updates_subscription
