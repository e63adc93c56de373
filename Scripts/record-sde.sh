#!/usr/bin/env bash
# Trains one model of paths for every solver and seed, one after the other, compares each with held-out
# paths by every distance while it learns, and writes all to one CSV in Results/.
#
#   Scripts/record-sde.sh NAME "METHOD …" "SEED …" EVERY [ARGUMENT …]
#
# Further arguments go to `coppice sde train`, which gets one thread unless they say otherwise. A model is
# compared after every EVERY updates. Runs that exist in runs/results/ are continued or left as they are,
# so an interrupted recording goes on where it was.
#
# Columns: method, seed, updates, seconds of training until then on this machine, the distance, what it is
# between sampled and held-out paths, and what it is between training and held-out paths, which are real. What
# training itself measures, such as the loss, stands in rows without the last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ $# -ge 5 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 64; }
name=$1 methods=$2 seeds=$3 every=$4
shift 4
tool=${COPPICE:-.build/release/coppice}
csv=Results/$name.csv
mkdir -p runs/results Results

for method in $methods; do
  for seed in $seeds; do
    run=runs/results/$name-$method-s$seed
    if [ ! -f "$run/sde.toml" ]; then
      "$tool" sde train --threads 1 "$@" --method "$method" --seed "$seed" --evaluate-every 0 \
        --checkpoint-every "$every" --keep 1000 --out "$run" --quiet
    elif ! grep -q '"finished" *: *true' "$run/summary.json" 2>/dev/null; then
      "$tool" resume "$run" --quiet
    fi
    for checkpoint in "$run"/checkpoints/*; do
      step=${checkpoint##*/} table=$run/distances-${checkpoint##*/}.json
      [ "$step" -gt 0 ] || continue
      [ -s "$table" ] || {
        "$tool" sde evaluate "$run" --from "$step" --threads 1 --json > "$table.partial"
        mv "$table.partial" "$table"
      }
    done
  done
done

setting() { sed -n "s/^$1 = \"\(.*\)\"/\1/p" "$first/sde.toml" | tail -1; }
{
  first=runs/results/$name-${methods%% *}-s${seeds%% *}
  echo "# Scripts/record-sde.sh $name \"$methods\" \"$seeds\" $every $*"
  echo "# commit $(setting git_commit), $(setting processor), $(setting instruction_set), $(date -u +%F)"
  echo "method,seed,step,seconds,distance,samples,real"
  for method in $methods; do
    for seed in $seeds; do
      run=runs/results/$name-$method-s$seed
      for step in $(ls "$run"/distances-*.json | sed 's/.*distances-\([0-9]*\).json/\1/' | sort -n); do
        seconds=$(awk -v last="$step" '
          match($0, /"seconds":[0-9.e-]+/) {
            time = substr($0, RSTART + 10, RLENGTH - 10)
            match($0, /"step":[0-9]+/)
            if (substr($0, RSTART + 7, RLENGTH - 7) + 0 <= last) sum += time
          }
          END { printf "%.1f", sum }' "$run/metrics.jsonl")
        grep "\"step\":$step}" "$run/metrics.jsonl" | tr '{},' '\n\n\n' | sed -n '
          /"seconds"\|"step"/d
          s/^"\([^"]*\)":\([-0-9.e+]*\)$/\1,\2/p' | awk -F, -v prefix="$method,$seed,$step,$seconds" '
          { printf "%s,%s,%.5g,\n", prefix, $1, $2 }'
        tr '{}' '\n\n' < "$run/distances-$step.json" | awk -v prefix="$method,$seed,$step,$seconds" '
          function number(key) {
            return match($0, "\"" key "\":[-0-9.e+]+") \
              ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) : ""
          }
          match($0, /"name":"[^"]*"/) {
            name = substr($0, RSTART + 8, RLENGTH - 9)
            printf "%s,%s,%.5g,%.5g\n", prefix, name, number("samples"), number("real")
          }'
      done
    done
  done
} > "$csv.partial"
mv "$csv.partial" "$csv"
echo "wrote $csv"
