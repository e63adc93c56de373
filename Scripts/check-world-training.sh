#!/usr/bin/env bash
# Kills trainings of worlds at random moments and checks that they end with the same bytes all the same.
#
# For every world and learner one training goes straight through on one thread. A second one, on two threads, is
# killed by SIGKILL at random moments and resumed from its last checkpoint each time. The last checkpoint,
# evaluations and policies must then be identical.
#
#   Scripts/check-world-training.sh [WORLDS [LEARNERS [KILLS]]]     ("battle pursuit", all, 5)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=$PWD/.build/release/coppice
[ -x "$tool" ] || { echo "check-world-training: no $tool; run make build first" >&2; exit 69; }
worlds=${1:-battle pursuit}
learners=${2:-$("$tool" list learners | tail -n +2 | awk '{ print $1 }')}
kills=${3:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

newest() { ls "$1/checkpoints" 2>/dev/null | grep -E '^[0-9]+$' | sort -n | tail -1; }

failures=0
for world in $worlds; do
  for learner in $learners; do
    name=$world-$learner
    train=("$tool" world train "$world" --learner "$learner" --size 16 --seed 3 --steps 150000
      --sparsity set@80% --channels 8 --units 32 --step-limit 100 --evaluate-every 40000 --games 2
      --checkpoint-every 5000 --keep 1 --quiet)
    "${train[@]}" --threads 1 --out "$folder/$name-straight" > /dev/null

    points="" last=""
    continuation=("${train[@]}" --threads 2 --out "$folder/$name-killed")
    for ((killed = 0; killed < kills; killed++)); do
      "${continuation[@]}" > /dev/null 2>&1 &
      process=$!
      # at least one checkpoint more first, then a random moment
      while [ "$(newest "$folder/$name-killed")" = "$last" ]; do
        kill -0 "$process" 2>/dev/null || break
        sleep 0.02
      done
      sleep "$(awk -v random="$RANDOM" 'BEGIN { print 0.05 + random / 32768 }')"
      kill -KILL "$process" 2>/dev/null || true
      wait "$process" 2>/dev/null || true
      last=$(newest "$folder/$name-killed")
      points="$points $last"
      continuation=("$tool" resume "$folder/$name-killed" --quiet)
    done
    "$tool" resume "$folder/$name-killed" --quiet > /dev/null

    if diff -r "$folder/$name-straight/checkpoints" "$folder/$name-killed/checkpoints" >&2 &&
      diff -r "$folder/$name-straight/policies" "$folder/$name-killed/policies" >&2 &&
      cmp "$folder/$name-straight/evaluations.csv" "$folder/$name-killed/evaluations.csv" >&2
    then
      echo "ok: $world, $learner: killed after checkpoints$points"
    else
      echo "FAILED: $world, $learner: killed after checkpoints$points"
      failures=$((failures + 1))
    fi
  done
done
[ "$failures" -eq 0 ]
