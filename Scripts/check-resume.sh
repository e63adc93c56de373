#!/usr/bin/env bash
# Kills training runs at random moments and checks that they end with the same bytes all the same.
#
# For every sparsity and thread count one run goes straight through to 2 N steps. A second one is
# started for N steps, killed by SIGKILL at random moments after MINIMUM gradient steps, resumed from
# its last checkpoint each time, and continued to 2 N steps. Checkpoint, replay, evaluations and best
# policy must then be identical. The straight runs of one and two threads must be identical, too.
#
#   Scripts/check-resume.sh [ENVIRONMENT [KILLS]]     (HalfCheetah-v5, 10)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

environment=${1:-HalfCheetah-v5}
kills=${2:-10}
half=8000
minimum=5000
tool=$PWD/.build/release/coppice
[ -x "$tool" ] || { echo "check-resume: no $tool; run make build first" >&2; exit 69; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat > "$folder/recipe.toml" <<'RECIPE'
warm_up_steps = 1000
evaluation_every = 2500
evaluation_episodes = 2
checkpoint_every = 330
log_every = 500
RECIPE

train=("$tool" train --algorithm td3 --env "$environment" --recipe "$folder/recipe.toml"
  --seed 3 --quiet)

# The gradient steps of the newest checkpoint.
gradient_steps() {
  local newest
  newest=$(ls "$1/checkpoints" 2>/dev/null | sort -n | tail -1)
  [ -n "$newest" ] || { echo 0; return; }
  sed -n 's/.*"gradient_step" *: *\([0-9]*\).*/\1/p' "$1/checkpoints/$newest/state.json"
}

# same ONE OTHER: whether everything that must not depend on interruptions is identical.
same() {
  diff -r "$1/checkpoints/$((2 * half))" "$2/checkpoints/$((2 * half))" >&2 &&
    cmp "$1/replay.bin" "$2/replay.bin" >&2 &&
    cmp "$1/evaluations.jsonl" "$2/evaluations.jsonl" >&2 &&
    cmp "$1/best/policy.safetensors" "$2/best/policy.safetensors" >&2
}

failures=0
for sparsity in dense 2:4; do
  for threads in 1 2; do
    name=${sparsity/:/-}-$threads
    variant=(--sparsity "$sparsity" --threads "$threads")
    "${train[@]}" "${variant[@]}" --steps $((2 * half)) --out "$folder/straight-$name" \
      > /dev/null 2>&1

    killed=0
    points=""
    continuation=("${train[@]}" "${variant[@]}" --steps "$half" --out "$folder/killed-$name")
    while [ "$killed" -lt "$kills" ]; do
      "${continuation[@]}" > /dev/null 2>&1 &
      process=$!
      # enough learning first, then a random moment
      while [ "$(gradient_steps "$folder/killed-$name")" -lt "$minimum" ]; do
        kill -0 "$process" 2>/dev/null || break
        sleep 0.05
      done
      sleep "$(awk -v random="$RANDOM" 'BEGIN { print 0.1 + 2.4 * random / 32768 }')"
      if kill -KILL "$process" 2>/dev/null; then
        killed=$((killed + 1))
        points="$points $(gradient_steps "$folder/killed-$name")"
      fi
      wait "$process" 2>/dev/null || true
      continuation=("$tool" resume "$folder/killed-$name" --steps $((2 * half)))
    done
    "$tool" resume "$folder/killed-$name" --steps $((2 * half)) > /dev/null 2>&1

    if same "$folder/straight-$name" "$folder/killed-$name"; then
      echo "ok: $environment $sparsity, $threads thread(s), killed $killed times after gradient steps$points"
    else
      echo "FAILED: $environment $sparsity, $threads thread(s), killed after gradient steps$points"
      failures=$((failures + 1))
    fi
  done
  name=${sparsity/:/-}
  if same "$folder/straight-$name-1" "$folder/straight-$name-2"; then
    echo "ok: $environment $sparsity, one and two threads give the same bytes"
  else
    echo "FAILED: $environment $sparsity, one and two threads differ"
    failures=$((failures + 1))
  fi
done
[ "$failures" -eq 0 ]
