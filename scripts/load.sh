#!/usr/bin/env bash
# The load program: docs/performance.md says what it does and which variables it knows.
set -euo pipefail
cd "$(dirname "$0")/.."
exec ${MVN:-mvn} -q -pl server -am process-test-classes -Dquick -Pbench
