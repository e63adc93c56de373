#!/usr/bin/env bash
# Plays every world of many agents on 1, 2 and 4 threads and compares what they are in the end.
#
#   Scripts/check-worlds.sh [AGENTS …]      (100, 10,000 and 1,000,000 agents)
#
# For each world and number of agents: the digests of the threads are one, and another seed gives another.
# 40 steps below 1,000 agents, 8 below 100,000, and 3 from there on, with 0.05 agents for each cell there, since
# some worlds are thinly peopled; all in all it takes some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=${COPPICE:-.build/release/coppice}
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(100 10000 1000000)

digest() {
  "$tool" world play "$1" --agents "$2" --steps "$3" --threads "$4" --seed "$5" --json \
    ${density:+--density "$density"} \
    | python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])'
}

worlds=$("$tool" list worlds --json \
  | python3 -c 'import json, sys; print(*(world["name"] for world in json.load(sys.stdin)["worlds"]))')
failures=0
for agents in "${sizes[@]}"; do
  steps=$((agents < 1000 ? 40 : agents < 100000 ? 8 : 3))
  density=
  [ "$agents" -lt 100000 ] || density=0.05
  for world in $worlds; do
    first=$(digest "$world" "$agents" "$steps" 1 1)
    verdict=same
    for threads in 2 4; do
      [ "$(digest "$world" "$agents" "$steps" "$threads" 1)" = "$first" ] || verdict="DIFFERS on $threads threads"
    done
    [ "$(digest "$world" "$agents" "$steps" 1 2)" != "$first" ] || verdict="HAS ONE DIGEST for two seeds"
    [ "$verdict" = same ] || failures=$((failures + 1))
    printf '%-14s %8d agents, %2d steps: %s (%s)\n' "$world" "$agents" "$steps" "$verdict" "$first"
  done
done
[ "$failures" -eq 0 ] || { echo "$failures worlds are not the same" >&2; exit 1; }
