#!/usr/bin/env bash
# Reads the event files of a run with TensorBoard itself and compares every value with the logs.
#
# Trains Pendulum-v1, kills it by SIGKILL, tears the last record, resumes, and goes back to a checkpoint;
# after each, TensorBoard must find every number of metrics.jsonl and evaluations.jsonl once, at its step,
# and nothing else. TensorBoard is a pinned wheel from PyPI, put into .deps/tensorboard once; without
# Python 3.11 or later or without a network nothing is checked, and the exit code is 69.
#
#   Scripts/check-tensorboard.sh [TOOL]     (.build/release/coppice)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=${1:-$PWD/.build/release/coppice}
[ -x "$tool" ] || { echo "check-tensorboard: no $tool; run make build first" >&2; exit 1; }
pins="tensorboard==2.21.0 numpy==2.4.6 protobuf==7.36.2 setuptools==84.2.1"
environment=.deps/tensorboard

unavailable() { echo "check-tensorboard: $1; not checked" >&2; exit 69; }

if [ "$(cat "$environment/PINS" 2>/dev/null || true)" != "$pins" ]; then
  echo "Installing $pins into $environment"
  rm -rf "$environment"
  python3 -m venv "$environment" >/dev/null 2>&1 || unavailable "no python3 with venv"
  # shellcheck disable=SC2086
  "$environment/bin/pip" install --quiet --disable-pip-version-check --retries 2 --timeout 20 $pins \
    2>"$environment/pip.log" \
    || unavailable "pip could not install it: $(grep -v '^ *$' "$environment/pip.log" | tail -n 1)"
  echo "$pins" >"$environment/PINS"
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
run=$scratch/run

# compare WHAT [STEP]: whether TensorBoard and the logs agree, and go as far as STEP.
compare() {
  "$environment/bin/python" - "$run" "$@" <<'PYTHON'
import collections, glob, json, math, sys
import numpy
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

run, what = sys.argv[1:3]
logged = {}
for line in map(json.loads, open(f"{run}/metrics.jsonl")):
    step = line.pop("environment_step")
    for name, value in line.items():
        logged[name, step] = float(value)
for line in map(json.loads, open(f"{run}/evaluations.jsonl")):
    returns = line["returns"]
    logged["evaluation/return", line["environment_step"]] = math.fsum(returns) / len(returns)

# 0: every value, where the default would be a sample
accumulator = EventAccumulator(f"{run}/tensorboard", size_guidance={"scalars": 0})
accumulator.Reload()
shown = [(tag, event.step, event.value) for tag in accumulator.Tags()["scalars"]
         for event in accumulator.Scalars(tag)]
counts = collections.Counter((tag, step) for tag, step, _ in shown)
twice = [key for key, count in counts.items() if count > 1]
wrong = {key for key in counts.keys() ^ logged.keys()}
# single precision; our sum of returns may round otherwise than this one
wrong |= {(tag, step) for tag, step, value in shown
          if not numpy.isclose(value, numpy.float32(logged.get((tag, step), math.nan)),
                               rtol=2e-7, atol=0, equal_nan=True)}
times = [event.wall_time for event in accumulator.Scalars("train/episodes")]
last = max(step for _, step in logged)
if twice or wrong or times != sorted(times) or len(glob.glob(f"{run}/tensorboard/*")) != 1 \
        or (len(sys.argv) > 3 and last != int(sys.argv[3])):
    sys.exit(f"FAILED: TensorBoard, {what}: twice {twice}, wrong {sorted(wrong)}, last step {last}")
print(f"ok: TensorBoard, {what}: {len(shown)} values of {len(accumulator.Tags()['scalars'])} tags "
      f"up to step {last}")
PYTHON
}

printf 'warm_up_steps = 300\nevaluation_every = 400\nevaluation_episodes = 2\nmeasure_every = 500\nlog_every = 100\ncheckpoint_every = 350\nkeep = 10\n' \
  >"$scratch/recipe.toml"
"$tool" train --env Pendulum-v1 --sparsity 2:4 --hidden 64,64 --steps 4000 --seed 5 --tensorboard \
  --recipe "$scratch/recipe.toml" --out "$run" --quiet >/dev/null 2>&1 &
process=$!
while [ ! -e "$run/checkpoints/1400/state.json" ]; do
  kill -0 "$process" 2>/dev/null || { echo "FAILED: TensorBoard, training ended early" >&2; exit 1; }
  sleep 0.05
done
sleep 0.2
kill -KILL "$process" 2>/dev/null || true
wait "$process" 2>/dev/null || true

# the worst moment to be killed: within a record
file=$(echo "$run"/tensorboard/events.out.tfevents.*)
"$environment/bin/python" -c '
import os, sys
os.truncate(sys.argv[1], os.path.getsize(sys.argv[1]) - 7)' "$file"
"$tool" resume "$run" --quiet >/dev/null
compare "killed, torn and resumed" 4000
"$tool" resume "$run" --from 2100 --steps 3000 --quiet >/dev/null
compare "gone back to an earlier checkpoint" 3000
