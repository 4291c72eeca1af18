#!/usr/bin/env bash
# The micro-benchmarks: docs/performance.md has their figures, ai.chatflow.bench.Benchmarks the variables.
set -euo pipefail
cd "$(dirname "$0")/.."
exec ${MVN:-mvn} -q -pl server -am process-test-classes -Dquick -Pbench \
  -Dbench.program=ai.chatflow.bench.Benchmarks
