#!/usr/bin/env bash
# The main job, on Northwind: demo.sh LOCKSTEP FOLDER
set -euo pipefail
lockstep=$1
folder=$2

say() { printf '\n%s\n' "$*"; }
run() {
  printf '$ lockstep %s\n' "$*"
  "$lockstep" "$@" --text
}

say "1. Is the policy sound?"
run check "$folder/policy.json"

say "2. May Ana call a Slack tool at Acme, and if not: why, and who could change it?"
run explain "$folder/policy.json" "$folder/locked.json"

say "3. What may she use?"
run list "$folder/policy.json" "$folder/ana.json"

say "4. Three requests of the story, as users are told"
printf '$ sed -n 87,89p %s | lockstep decide %s - --for-user\n' "$folder/requests.jsonl" "$folder/policy.json"
sed -n 87,89p "$folder/requests.jsonl" | "$lockstep" decide "$folder/policy.json" - --for-user --json

say "5. What the administrators want to stay true"
printf '$ lockstep test %s\n' "$folder/policy.test.json"
"$lockstep" test "$folder/policy.test.json"
