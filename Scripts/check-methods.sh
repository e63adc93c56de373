#!/usr/bin/env bash
# Trains every sparsity method with every algorithm through the command line, and looks at what is logged.
#
#   Scripts/check-methods.sh [STEPS] [ENVIRONMENT …]      (4000 steps of Hopper-v5 and Pendulum-v1)
#
# For each: the masks of every network change at least three times where the method has a schedule, which
# the logged divergence shows; a run of two threads and one that is resumed from the middle give the same
# bytes; the saved policy can be evaluated. Real sizes, so it takes some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=${COPPICE:-.build/release/coppice}
steps=${1:-4000}
shift || true
environments=("$@")
[ ${#environments[@]} -gt 0 ] || environments=(Hopper-v5 Pendulum-v1)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf 'warm_up_steps = 1000\nlog_every = 250\nevaluation_every = 0\nkeep = 3\n' >"$scratch/plain.toml"

names=$("$tool" list sparsity --json | python3 -c '
import json, sys
for entry in json.load(sys.stdin)["sparsity"]:
    options = entry["options"]
    kind = "schedule" if "schedule" in options else "growth" if "growth" in options else "-"
    print(entry["example"], "n_of_m" if entry["name"] == "N:M" else kind)')
algorithms=$("$tool" list algorithms --json | python3 -c '
import json, sys
print(*(entry["name"] for entry in json.load(sys.stdin)["algorithms"]))')

divergences=$("$tool" list metrics --json | python3 -c '
import json, sys
names = (entry["name"] for entry in json.load(sys.stdin)["metrics"])
print(*(name for name in names if name.startswith("sparsity/divergence-")))')

# The fewest lines of a log in which masks of a network changed, over all networks.
changed_lines() {
  python3 - "$1" $divergences <<'PYTHON'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
print(min(sum(line.get(name, 0) > 0 for line in lines) for name in sys.argv[2:]))
PYTHON
}

fail() { echo "FAILED: $*" >&2; exit 1; }

for environment in "${environments[@]}"; do
  for algorithm in $algorithms; do
    while read -r sparsity kind; do
      what="$environment $algorithm $sparsity"
      recipe=$scratch/recipe.toml
      cp "$scratch/plain.toml" "$recipe"
      case $kind in
        n_of_m) printf '[n_of_m]\nmask_update_interval = 500\n' >>"$recipe" ;;
        schedule) printf '[sparsity_options.schedule]\ninterval = 500\n' >>"$recipe" ;;
      esac
      rm -rf "$scratch/one" "$scratch/two"
      for run in one two; do
        "$tool" train --env "$environment" --algorithm "$algorithm" --sparsity "$sparsity" \
          --steps "$steps" --recipe "$recipe" --checkpoint-every "$((steps / 2))" --quiet \
          --threads "$([ "$run" = one ] && echo 1 || echo 2)" --out "$scratch/$run" >/dev/null
      done
      cmp -s "$scratch"/{one,two}/checkpoints/"$steps"/networks.safetensors \
        || fail "$what: two threads differ from one"
      cp -r "$scratch/one/checkpoints/$steps" "$scratch/straight"
      "$tool" resume "$scratch/one" --from "$((steps / 2))" --quiet >/dev/null
      for file in "$scratch/straight"/*; do
        cmp -s "$file" "$scratch/one/checkpoints/$steps/$(basename "$file")" \
          || fail "$what: $(basename "$file") differs after a resume"
      done
      rm -rf "$scratch/straight"
      changes=$(changed_lines "$scratch/two/metrics.jsonl")
      [ "$kind" = - ] || [ "$changes" -ge 3 ] || fail "$what: masks changed in $changes lines alone"
      "$tool" evaluate "$scratch/one" --episodes 1 >/dev/null || fail "$what: no evaluation"
      echo "ok: $what, masks changed in $changes lines"
    done <<<"$names"
  done
done
