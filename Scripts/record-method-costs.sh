#!/usr/bin/env bash
# Measures the gradient steps of every sparsity method at 50, 75, 90 and 95 % of zeros, and writes them to
# a CSV in Results/. Late in a training where a method has a schedule, and `gmp` on its way as well.
#
#   Scripts/record-method-costs.sh NAME [ROUNDS]      (7 rounds)
#
# Measure on a machine that does nothing else; it takes some minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ $# -ge 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 64; }
name=$1 rounds=${2:-7}
tool=${COPPICE:-.build/release/coppice}
csv=Results/$name.csv

# at WORD…: every word of methods with each share of zeros.
at() {
  local list=dense word zeros
  for word in "$@"; do
    case $word in
      *:*) list+=,$word ;;
      *) for zeros in 50 75 90 95; do list+=,$word@$zeros%; done ;;
    esac
  done
  echo "$list"
}

# measure FRACTION WORD…: a line for every member, at this fraction of a training.
measure() {
  local fraction=$1
  shift
  "$tool" benchmark update --rounds "$rounds" --at "$fraction" --sparsity "$(at "$@")" --json |
    python3 -c '
import json, sys
for row in json.load(sys.stdin)["rows"]:
    rate = row["updates_per_second"]
    numbers = [f"{rate[key]:.1f}" for key in ("median", "low", "high")]
    ratio, masks = row["speedup"]["median"], row["share"]["topology"]
    numbers += [f"{ratio:.4f}", f"{masks:.5f}"]
    print(row["sparsity"], sys.argv[1], *numbers, sep=",")' "$fraction"
}

{
  echo "# Scripts/record-method-costs.sh $*"
  echo "# commit $(git rev-parse HEAD), $("$tool" doctor | sed -n 's/^fine *processor *//p'), $(date -u +%F)"
  echo "sparsity,fraction,updates_per_second,low,high,times_dense,mask_share"
  measure 0.4 static set rigl ds dpf dcil
  measure 0.4 2:4 1:4 1:8 1:16 2:4x4 1:4x4 1:8x4 1:16x4
  measure 0.9 gmp oneshot
  measure 0.3 gmp
} >"$csv.part"
mv "$csv.part" "$csv"
echo "$csv"
