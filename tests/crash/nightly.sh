#!/bin/sh
# A thousand kills instead of fifty. SEED=… repeats the choices of an earlier night.
set -eu
cd "$(dirname "$0")/../.."
KILLS="${KILLS:-1000}" exec node_modules/.bin/node --test --test-timeout=0 tests/crash/kill.test.ts
