#!/usr/bin/env bash
# Takes walls of the house down, one at a time, in a copy of the tree. Each mutant names the test that
# asserts what its wall promises; that test must pass without the mutant and fail an assertion with it.
#
#   scripts/mutants.sh            all of them
#   scripts/mutants.sh deadline   those whose name contains "deadline"
#
# MVN is the command that builds (default: mvn).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
only=${1:-}
mvn=${MVN:-mvn}
main=server/src/main/java/ai/chatflow
changes=server/src/main/resources/db/changes
reports=server/target/surefire-reports
names=()
files=()
edits=()
tests=()

# mutant NAME FILE PERL-SUBSTITUTION CLASS#METHOD
mutant() {
  [[ $1 == *"$only"* ]] || return 0
  names+=("$1")
  files+=("$2")
  edits+=("$3")
  tests+=("$4")
}

# --- one workspace sees nothing of another ---

mutant row-level-security-dropped \
  "$(cd "$root" && echo $changes/*-create-kernel.sql)" \
  's/  execute format\(.alter table %s (enable|force) row level security., tenant_table\);\n//g' \
  RowLevelSecurityTest#rowsOfAnotherWorkspaceAreNeitherSeenNorChangedNorMade

mutant row-level-security-not-forced \
  "$(cd "$root" && echo $changes/*-create-kernel.sql)" \
  's/  execute format\(.alter table %s force row level security., tenant_table\);\n//g' \
  RowLevelSecurityTest#everyTableOfTenantsForcesItsPolicyAndHasOnlyTheTwoPolicies

mutant row-level-security-open-to-writes \
  "$(cd "$root" && echo $changes/*-create-kernel.sql)" \
  's/(request using \(%s\) with check )\(%s\)(.,\s+tenant_table, own), own/$1(true)$2/' \
  RowLevelSecurityTest#rowsOfAnotherWorkspaceAreNeitherSeenNorChangedNorMade

# --- who may do what ---

mutant permission-check-removed \
  $main/platform/http/ContractFilter.java \
  's/if \(!(RequestContext\.current\(\)\.principal\(\)\.may\()/if (operation == null && !$1/' \
  EveryOperationIT#aKeyForEverythingElseIs403

mutant webhook-signature-accepts-everything \
  $main/channels/whatsappcloud/HookServlet.java \
  's/known -> Signature\.matches\(known\.appSecret\(\), body, signature\)/known -> known != null/' \
  HookServletTest#aWrongSignatureIsRefusedAndNothingIsStored

mutant telegram-secret-accepts-everything \
  $main/channels/telegram/TelegramHook.java \
  's/known -> matches\(known, secret\)/known -> known != null/' \
  TelegramHookTest#anotherSecretIsRefusedAndNothingIsStored

mutant twilio-signature-accepts-everything \
  $main/channels/twiliosms/TwilioHook.java \
  's/known -> post\.signed\(known, signature\)/known -> known != null/' \
  TwilioHookTest#anotherSignatureIsRefusedAndNothingIsStored

mutant twilio-signature-without-the-query \
  $main/channels/twiliosms/Addresses.java \
  's/URI\.create\(address \+ "\?" \+ query\)/address/' \
  TwilioHookTest#theAddressOfAStatusNamesOurMessage

mutant idempotency-key-ignored \
  $main/platform/idempotency/IdempotencyFilter.java \
  's/if \(key == null \|\| !applies\(request\)\)/if (key == null || request != null)/' \
  IdempotencyIT#theSameKeyAndBodyAnswersAgainWithoutDoingItAgain

# --- what a provider says, in any order and however often ---

mutant provider-reference-merge-removed \
  $main/messaging/StatusIntake.java \
  's/if \(ours != null && !ours\.equals\(target\)\) \{/if (ours != null && target == null) {/' \
  ConvergenceTest#statusesAndEchoesAroundASendOfOursEndInOneStateOneByOne

mutant early-status-forgotten \
  $main/messaging/StatusIntake.java \
  's/pending == null \? joined : pending\.join\(joined\)/pending/' \
  ConvergenceTest#anEchoOfAnotherApplicationAndItsStatusesEndInOneState

mutant status-ladder-goes-down \
  $main/messaging/StatusLadder.java \
  's/rank\(b\) > rank\(a\) \? b : a/rank(b) < 0 ? a : b/' \
  ConvergenceTest#anEchoOfAnotherApplicationAndItsStatusesEndInOneState

mutant inbound-duplicate-check-removed \
  $main/messaging/intake/MessageIntake.java \
  's/if \(fresh\.size\(\) == located\.size\(\)\)/if (fresh.size() <= located.size())/' \
  ConvergenceTest#aReceivedMessageItsEditsAndItsRevocationEndInOneState

# --- nothing is sent that should not be, nothing twice ---

mutant twilio-sends-again-after-a-500 \
  $main/channels/twiliosms/TwilioClient.java \
  's/status >= SERVER_ERROR && status != UNAVAILABLE/status < OK/' \
  TwilioSmsAdapterTest#onlyAServiceThatIsUnavailableSurelyDidNothing

mutant window-check-removed-when-accepting \
  $main/messaging/MessageSender.java \
  's/if \(windowed && /if (windowed && now == null && /' \
  WhatsAppIT#nothingButATemplateIsSentToSomeoneWhoHasNotWritten

mutant window-check-removed-before-sending \
  $main/messaging/sending/SendClaims.java \
  's/ && clock\.instant\(\)\.isBefore\(windowExpiresAt\)//' \
  SendLaneTest#aWindowThatClosedBeforeSendingFailsTheMessage

mutant sending-mark-not-committed-before-the-call \
  $main/messaging/sending/SendClaims.java \
  's/if \(!ready\.isEmpty\(\)\) \{/if (ready.size() < 0) {/' \
  SendLaneTest#sendingIsCommittedBeforeTheCall

mutant deadline-check-removed-before-a-call \
  $main/messaging/sending/SendLane.java \
  's/if \(!run\.mayStart\(/if (run.epoch() < 0 && !run.mayStart(/' \
  SendLaneTest#aNodeThatMayNotStartACallSendsNothingAndPutsTheMessageBack

mutant deadline-forgets-the-clock \
  $main/platform/lanes/LaneWorker.java \
  's/return !stopping && liveness\.holdsFor\(generation, callTimeout\);/return !stopping;/' \
  LanesTest#aCallMayStartOnlyIfItIsOverBeforeAnyoneCouldTakeTheLane

mutant lane-re-read-removed \
  $main/platform/lanes/LaneWorker.java \
  's/Optional<Instant> again = kind\.earliestDue\(lane\);/Optional<Instant> again = next;/' \
  LanesTest#anItemCommittedBetweenIdleAndTheSecondLookIsFound

if ((${#names[@]} == 0)); then
  echo "no mutant is called $only" >&2
  exit 2
fi

copy=$(mktemp -d "${TMPDIR:-/tmp}/mutants.XXXXXX")
trap 'rm -rf "$copy"' EXIT
# the files of databases that run are of no use in another folder
(cd "$root" && tar --exclude=./.git --exclude=./.chatflow --exclude='./server/target/test-postgres' \
  --exclude='./server/target/test-redis-*' --exclude='./server/target/lib' -cf - .) |
  tar -xf - -C "$copy"
cd "$copy"

run() {
  rm -rf $reports
  $mvn -q -pl server -am test -Dquick "-Dtest=$1" -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsurefire.timeout=600 "${@:2}" >"$copy/mutant.log" 2>&1
}

# A mutant is in the server alone: what the generators made for the first run still holds, and only
# the edited file is compiled anew.
run_edited() {
  run "$1" -Dexec.skip -Dcodegen.skip -Dmaven.compiler.useIncrementalCompilation=false
}

give_up() {
  echo "$1" >&2
  tail -n 20 "$copy/mutant.log" >&2
  exit 2
}

# The first assertion that failed: method and message.
failed_assertion() {
  cat $reports/TEST-*.xml 2>/dev/null | perl -0ne '
    if (/<testcase name="(\w+)[^>]*[^\/]>\s*<failure(?: message="([^"]*)")?/) {
      my ($test, $message) = ($1, $2 // "");
      $message =~ s/&#\w+;|\s+/ /g;
      $message =~ s/&quot;/"/g; $message =~ s/&lt;/</g; $message =~ s/&gt;/>/g;
      $message =~ s/&apos;/\x27/g; $message =~ s/&amp;/&/g;
      $message =~ s/^ +//;
      print "$test: ", substr($message, 0, 140);
    }'
}

# CLASS#METHOD,… as Surefire wants it: CLASS#METHOD+METHOD,…
selection() {
  printf '%s\n' "$@" | sort -u | awk -F'#' '
    $1 == class { printf "+%s", $2; next }
    { printf "%s%s#%s", class == "" ? "" : ",", $1, $2; class = $1 }'
}

run "$(selection "${tests[@]}")" || give_up "the tests fail without any mutant:"
for test in "${tests[@]}"; do
  grep -qE "<testcase name=\"${test#*#}[\"({]" $reports/TEST-*."${test%#*}".xml ||
    give_up "there is no test $test"
done
echo "without a mutant every test passes"

survivors=()
for i in "${!names[@]}"; do
  name=${names[i]} file=${files[i]}
  cp "$file" "$copy/original"
  perl -0pi -e "${edits[i]}" "$file"
  if cmp -s "$file" "$copy/original"; then
    give_up "$name: the edit does not apply to $file any more; write it anew"
  fi
  if run_edited "${tests[i]}"; then
    echo "$name: SURVIVED ${tests[i]}"
    survivors+=("$name")
  else
    failure=$(failed_assertion)
    [[ -n $failure ]] || give_up "$name: no assertion failed; write the edit anew"
    echo "$name: killed by ${tests[i]%#*}.$failure"
  fi
  cp "$copy/original" "$file"
done

if ((${#survivors[@]} > 0)); then
  echo "${#survivors[@]} of ${#names[@]} survived: ${survivors[*]}" >&2
  exit 1
fi
echo "${#names[@]} of ${#names[@]} killed"
