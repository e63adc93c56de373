#!/usr/bin/env bash
# Kills a study at random moments and checks that it ends with the same bytes all the same.
#
# A study of six members (Pendulum-v1, dense and 2:4, three seeds) runs undisturbed. The same study runs
# again and is killed by SIGKILL: the pool, by turns with one of its children at random, at random moments;
# after the death of a pool it is started anew at once, while its children may still be there. Checkpoints,
# replays, evaluations and best policies must then be identical, and the journals of both must say of
# every member exactly once that it is finished.
#
#   Scripts/check-study.sh [KILLS [STEPS]]     (20, 8000)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kills=${1:-20}
steps=${2:-8000}
tool=${COPPICE:-$PWD/.build/release/coppice}
[ -x "$tool" ] || { echo "check-study: no $tool; run make build first" >&2; exit 69; }
folder=$(mktemp -d)
# processes that are still there would write into it
trap 'pkill -KILL -P $$ 2>/dev/null || true; sleep 0.5; rm -rf "$folder"' EXIT

cat > "$folder/study.toml" <<STUDY
format = 1
name = "check"

[settings]
steps = $steps
hidden = [64, 64]
warm_up_steps = 500
evaluation_every = 1000
evaluation_episodes = 2
checkpoint_every = 330
log_every = 500

[grid]
environment = ["Pendulum-v1"]
sparsity = ["dense", "2:4"]
seed = [1, 2, 3]
STUDY

members=6
finished() { cat "$1"/journal/*.jsonl 2>/dev/null | grep -c '"event":"finished"' || true; }

"$tool" study run "$folder/study.toml" --out "$folder/straight" --quiet > /dev/null

pool=""
start() {
  "$tool" study run "$folder/study.toml" --out "$folder/killed" --quiet > /dev/null 2>&1 &
  pool=$!
}

# The processes that work on members of the killed study, whoever started them.
children() { pgrep -f "study work $folder/killed " || true; }

killed=0
pools=0
missed=0
start
while [ "$killed" -lt "$kills" ]; do
  sleep "$(awk -v random="$RANDOM" 'BEGIN { print 0.1 + 0.8 * random / 32768 }')"
  if [ "$(finished "$folder/killed")" -ge "$members" ]; then
    missed=$((kills - killed))
    break
  fi
  kill -0 "$pool" 2>/dev/null || start
  if [ $((killed % 2)) -eq 0 ]; then
    kill -KILL "$pool" 2>/dev/null || continue
    wait "$pool" 2>/dev/null || true
    pools=$((pools + 1))
    start
  else
    child=$(children | shuf -n 1)
    [ -n "$child" ] && kill -KILL "$child" 2>/dev/null || continue
  fi
  killed=$((killed + 1))
done
wait "$pool" 2>/dev/null || true
# members whose process was killed twice under one pool are taken up once more
"$tool" study run "$folder/killed" --quiet > /dev/null

failures=0
for straight in "$folder"/straight/members/*; do
  name=$(basename "$straight")
  other=$folder/killed/members/$name
  if diff -r "$straight/checkpoints/$steps" "$other/checkpoints/$steps" >&2 &&
    cmp "$straight/replay.bin" "$other/replay.bin" >&2 &&
    cmp "$straight/evaluations.jsonl" "$other/evaluations.jsonl" >&2 &&
    cmp "$straight/best/policy.safetensors" "$other/best/policy.safetensors" >&2; then
    resumed=$(cat "$folder"/killed/journal/*.jsonl | grep "\"member\":\"$name\"" |
      grep -cE '"event":"(started|resumed)"')
    echo "ok: $name, begun or resumed $resumed times"
  else
    echo "FAILED: $name differs"
    failures=$((failures + 1))
  fi
  for study in straight killed; do
    count=$(cat "$folder/$study"/journal/*.jsonl | grep "\"member\":\"$name\"" |
      grep -c '"event":"finished"' || true)
    if [ "$count" -ne 1 ]; then
      echo "FAILED: $study, $name is finished $count times"
      failures=$((failures + 1))
    fi
  done
done
[ "$missed" -eq 0 ] || echo "note: the study was over before the last $missed kills; ask for more steps"
echo "killed $killed times, $pools times the pool"
[ "$failures" -eq 0 ]
