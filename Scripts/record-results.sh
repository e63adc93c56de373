#!/usr/bin/env bash
# Trains one agent for every sparsity and seed, one after the other, and writes their evaluations to
# one CSV in Results/.
#
#   [ALGORITHM=sac] Scripts/record-results.sh NAME ENVIRONMENT STEPS "SPARSITY …" "SEED …" [FLAG …]
#
# ALGORITHM is td3 where nothing is said.
# Runs that exist in runs/results/ are continued or left as they are, so an interrupted recording goes
# on where it was. Further flags go to `coppice train`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ $# -ge 5 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 64; }
name=$1 environment=$2 steps=$3 sparsities=$4 seeds=$5
shift 5
algorithm=${ALGORITHM:-td3}
tool=${COPPICE:-.build/release/coppice}
csv=Results/$name.csv
mkdir -p runs/results Results

for sparsity in $sparsities; do
  for seed in $seeds; do
    run=runs/results/$name-${sparsity//[:@%]/-}-s$seed
    if [ ! -f "$run/run.toml" ]; then
      "$tool" train --algorithm "$algorithm" --env "$environment" --sparsity "$sparsity" \
        --steps "$steps" --seed "$seed" --out "$run" --quiet "$@"
    elif ! grep -q '"finished" *: *true' "$run/summary.json" 2>/dev/null; then
      "$tool" resume "$run" --quiet
    fi
  done
done

# the command and the origin first, then a line for every evaluation
{
  first=runs/results/$name-${sparsities%% *}
  first=$(ls -d "${first//[:@%]/-}"-s* | head -1)
  setting=
  [ "$algorithm" = td3 ] || setting="ALGORITHM=$algorithm "
  echo "# ${setting}Scripts/record-results.sh $name $environment $steps \"$sparsities\" \"$seeds\" $*"
  echo "# commit $(sed -n 's/^git_commit = "\(.*\)"/\1/p' "$first/run.toml")," \
    "$(sed -n 's/^processor = "\(.*\)"/\1/p' "$first/run.toml")," \
    "$(sed -n 's/^instruction_set = "\(.*\)"/\1/p' "$first/run.toml" | tail -1)," \
    "MuJoCo $(sed -n 's/^mujoco = "\(.*\)"/\1/p' "$first/run.toml"), $(date -u +%F)"
  echo "environment,algorithm,sparsity,seed,environment_step,episodes,mean_return,standard_deviation"
  for sparsity in $sparsities; do
    for seed in $seeds; do
      awk -v prefix="$environment,$algorithm,$sparsity,$seed" '
        {
          match($0, /"environment_step":[0-9]+/)
          step = substr($0, RSTART + 19, RLENGTH - 19)
          match($0, /"returns":\[[^]]*\]/)
          count = split(substr($0, RSTART + 11, RLENGTH - 12), returns, ",")
          sum = 0; for (i = 1; i <= count; i++) sum += returns[i]
          mean = sum / count
          square = 0; for (i = 1; i <= count; i++) square += (returns[i] - mean) ^ 2
          printf "%s,%d,%d,%.3f,%.3f\n", prefix, step, count, mean, sqrt(square / count)
        }' "runs/results/$name-${sparsity//[:@%]/-}-s$seed/evaluations.jsonl"
    done
  done
} > "$csv.partial"
mv "$csv.partial" "$csv"
echo "wrote $csv"
