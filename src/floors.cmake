# The floors of the house. A module may use modules on lower floors only; the build refuses any other
# dependency, and tools/tidy compares the includes that are really there.

set(HARTSLAG_FLOORS
  base:0
  crypto:1 sql:1 http:1 mail:1 texts:1 html:1 sheet:1
  policy:2 journal:2 property:2 page:2
  pulse:3 vault:3 consent:3 request_log:3 fields:3
  access:4 outbox:4 backup:4 credentials:4 disclosure:4
  retention:5 approvals:5
  rights:6 services:6
  surfaces_events:7 surfaces_updates:7
  app:8)
