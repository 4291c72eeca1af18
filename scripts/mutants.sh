#!/usr/bin/env bash
# Takes walls of the house down, one at a time, in a copy of the tree, and fails when no test notices.
# Each mutant is an edit that must apply, and the tests that must fail because of it.
#
#   scripts/mutants.sh            all of them
#   scripts/mutants.sh deadline   those whose name contains "deadline"
#
# MVN is the command that builds (default: mvn).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
only=${1:-}
mvn=${MVN:-mvn}
copy=$(mktemp -d "${TMPDIR:-/tmp}/mutants.XXXXXX")
trap 'rm -rf "$copy"' EXIT
main=server/src/main/java/ai/chatflow
changes=server/src/main/resources/db/changes
survivors=()
declare -A green
count=0

(cd "$root" && tar --exclude=./.git --exclude=./.chatflow -cf - .) | tar -xf - -C "$copy"
cd "$copy"

run_tests() {
  rm -rf server/target/surefire-reports
  $mvn -q -pl server -am test -Dquick "-Dtest=$1" \
    -Dsurefire.failIfNoSpecifiedTests=false >"$copy/mutant.log" 2>&1
}

# mutant NAME FILE PERL-SUBSTITUTION TESTS
mutant() {
  local name=$1 file=$2 edit=$3 tests=$4
  [[ $name == *"$only"* ]] || return 0
  count=$((count + 1))
  if [[ -z ${green[$tests]:-} ]]; then
    if ! run_tests "$tests"; then
      echo "$tests fails without any mutant:" >&2
      tail -n 20 "$copy/mutant.log" >&2
      exit 2
    fi
    green[$tests]=yes
  fi
  cp "$file" "$copy/original"
  perl -0pi -e "$edit" "$file"
  if cmp -s "$file" "$copy/original"; then
    echo "$name: the edit does not apply to $file any more; write it anew" >&2
    exit 2
  fi
  if run_tests "$tests"; then
    echo "$name: SURVIVED $tests"
    survivors+=("$name")
  elif grep -qE '<(failure|error)' server/target/surefire-reports/TEST-*.xml 2>/dev/null; then
    echo "$name: killed by $(grep -lE '<(failure|error)' server/target/surefire-reports/TEST-*.xml |
      sed 's/.*TEST-.*\.\([A-Za-z]*\)\.xml/\1/' | sort -u | paste -sd ' ')"
  else
    echo "$name: did not build; write the edit anew" >&2
    tail -n 20 "$copy/mutant.log" >&2
    exit 2
  fi
  cp "$copy/original" "$file"
}

mutant row-level-security-dropped \
  "$(echo $changes/*-create-kernel.sql)" \
  's/  execute format\(.alter table %s (enable|force) row level security., tenant_table\);\n//g' \
  RowLevelSecurityTest

mutant row-level-security-not-forced \
  "$(echo $changes/*-create-kernel.sql)" \
  's/  execute format\(.alter table %s force row level security., tenant_table\);\n//g' \
  RowLevelSecurityTest

mutant row-level-security-open-to-writes \
  "$(echo $changes/*-create-kernel.sql)" \
  's/(request using \(%s\) with check )\(%s\)(.,\s+tenant_table, own), own/$1(true)$2/' \
  RowLevelSecurityTest

mutant permission-check-removed \
  $main/platform/http/ContractFilter.java \
  's/if \(!(RequestContext\.current\(\)\.principal\(\)\.may\()/if (operation == null && !$1/' \
  EveryOperationIT

mutant provider-reference-merge-removed \
  $main/messaging/StatusIntake.java \
  's/if \(ours != null && !ours\.equals\(target\)\) \{/if (ours != null && target == null) {/' \
  ConvergenceTest

mutant deadline-check-removed-before-a-call \
  $main/messaging/sending/SendLane.java \
  's/if \(!run\.mayStart\(/if (run.epoch() < 0 && !run.mayStart(/' \
  SendLaneTest

mutant deadline-forgets-the-clock \
  $main/platform/lanes/LaneWorker.java \
  's/return !stopping && liveness\.holdsFor\(generation, callTimeout\);/return !stopping;/' \
  'SendLaneTest,LanesTest'

mutant lane-re-read-removed \
  $main/platform/lanes/LaneWorker.java \
  's/Optional<Instant> again = kind\.earliestDue\(lane\);/Optional<Instant> again = next;/' \
  'LanesTest,LanesAtRandomTest'

mutant sending-mark-not-committed-before-the-call \
  $main/messaging/sending/SendClaims.java \
  's/if \(!ready\.isEmpty\(\)\) \{/if (ready.size() < 0) {/' \
  SendLaneTest

if ((count == 0)); then
  echo "no mutant is called $only" >&2
  exit 2
fi
if ((${#survivors[@]} > 0)); then
  echo "${#survivors[@]} of $count survived: ${survivors[*]}" >&2
  exit 1
fi
echo "$count of $count killed"
