#!/usr/bin/env bash
# The main job, on Northwind: demo.sh LOCKSTEP FOLDER
set -euo pipefail
lockstep=$1
folder=$2

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
  printf '$ lockstep %s\n' "$*"
  "$lockstep" "$@"
}

say "1. Is the policy sound?"
run check "$folder/policy.json"

say "2. What does it answer? (123 requests; the first three, as users see them)"
printf '$ lockstep decide %s --for-user | head -3\n' "$folder/policy.json $folder/requests.jsonl"
"$lockstep" decide "$folder/policy.json" "$folder/requests.jsonl" --for-user | head -3

say "3. Why is one of them denied?"
run explain "$folder/policy.json" "$folder/locked.json"

say "4. What may she use, then?"
run list "$folder/policy.json" "$folder/locked.json"

say "5. The organisation's own tests of its policy"
run test "$folder/policy.test.json"
