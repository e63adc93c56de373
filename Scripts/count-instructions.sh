#!/usr/bin/env bash
# Counts the instructions of one TD3 update of every format and compares them with
# Results/instructions-avx2.csv; fails where one costs over 3 % more. The sizes are those of
# HalfCheetah-v5, with batches of 256 and one thread.
#
#   Scripts/count-instructions.sh [--record]     (--record writes the file anew)
#
# The counts are of the AVX2 kernels, for valgrind knows no AVX-512. They are the difference of runs of
# two and of four updates, one of which moves the actor, so that everything but the updates cancels.
# Masks are revised every 1000 updates, which is not among them. Valgrind computes multiply-adds one by
# one in software: all formats take five minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

formats="dense 2:4 2:4x4 1:8 5% 50% 95% 99%"
first=2 more=2
csv=Results/instructions-avx2.csv
tool=${COPPICE:-.build/release/coppice}
record=no
if [ "${1:-}" = --record ]; then record=yes; shift; fi
[ $# -eq 0 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 64; }
[ -x "$tool" ] || { echo "count-instructions: no $tool; run make build first" >&2; exit 69; }
command -v valgrind > /dev/null ||
  { echo "count-instructions: no valgrind; on Debian: apt-get install valgrind" >&2; exit 69; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# valgrind stumbles over the debugging information of newer compilers
strip --strip-debug -o "$folder/coppice" "$tool"

# total FORMAT UPDATES: the instructions of a whole run.
total() {
  valgrind --tool=callgrind --callgrind-out-file="$folder/callgrind" \
    "$folder/coppice" benchmark update --env HalfCheetah-v5 --sparsity "$1" --updates "$2" \
    --replay-rows 2000 --threads 1 --instruction-set avx2 > "$folder/log" 2>&1 ||
    { tail -n 5 "$folder/log" >&2; exit 70; }
  sed -n 's/^totals: \([0-9]*\).*/\1/p' "$folder/callgrind"
}

{
  echo "# Scripts/count-instructions.sh"
  echo "# commit $(git rev-parse HEAD)$(git diff --quiet HEAD -- Sources || echo ' with changes')," \
    "$(swift --version 2>&1 | grep -o 'Swift version [0-9.]*')," \
    "$(valgrind --version), $(date -u +%F)"
  echo "sparsity,instructions_per_update"
  for format in $formats; do
    few=$(total "$format" "$first")
    many=$(total "$format" $((first + more)))
    echo "$format,$(((many - few) / more))"
  done
} | tee "$folder/counts.csv"

if [ "$record" = yes ]; then
  mkdir -p Results
  mv "$folder/counts.csv" "$csv"
  echo "wrote $csv"
  exit
fi
[ -f "$csv" ] || { echo "count-instructions: no $csv; write it with --record" >&2; exit 69; }
awk -F, '
  /^#/ || $1 == "sparsity" { next }
  NR == FNR { recorded[$1] = $2; next }
  !($1 in recorded) { printf "%s is not recorded\n", $1; failed = 1; next }
  {
    change = 100 * ($2 / recorded[$1] - 1)
    printf "%-6s %+.2f %%\n", $1, change
    if (change > 3) { printf "%s costs over 3 %% more than is recorded\n", $1; failed = 1 }
  }
  END { exit failed }' "$csv" "$folder/counts.csv"
