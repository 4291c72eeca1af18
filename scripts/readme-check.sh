#!/usr/bin/env bash
# Does what the README says, word for word, on a fresh clone of the committed tree, and looks at what comes of it.
# Port 8080 has to be free.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
clone=$(mktemp -d "${TMPDIR:-/tmp}/readme.XXXXXX")
stand_in=
finish() {
  [ -z "$stand_in" ] || kill "$stand_in" 2>/dev/null || true
  (cd "$clone" && ./chatflow down) || true
  rm -rf "$clone"
}
trap finish EXIT

git clone -q "$root" "$clone"
cd "$clone"
./chatflow up
./chatflow demo | tee demo.out
grep -q 'Nice to meet you' demo.out

sed -n '/^## A real WhatsApp message/,/^## The way/p' README.md | sed -n '/^```sh/,/^```$/p' | sed '/^```/d' >walk.sh
sed -i 's/^node .*&$/node scripts\/graph-api-stand-in.mjs 9555 > stand-in.out \& stand_in=$!/' walk.sh
source ./walk.sh >walk.out
cat walk.out
cat stand-in.out
for said in 'What is your name?' 'Nice to meet you, Sheena!'; do
  grep -qF "$said" stand-in.out || { echo "the stand-in was not sent: $said" >&2; exit 1; }
done
grep -q '"flow_session.completed"' walk.out
echo "The README holds."
