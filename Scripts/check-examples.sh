#!/usr/bin/env bash
# Builds the examples, in the package of their own that they are, runs each, and checks what it printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
swift build -c release --package-path Examples --scratch-path .build-examples
for expected in Examples/*/expected.txt; do
  name=$(basename "$(dirname "$expected")")
  output=$(".build-examples/release/$name" "$scratch/$name")
  # the last line is what the example set out to do
  if [ "$(tail -1 <<< "$output")" = "$(tail -1 "$expected")" ]; then
    echo "ok: example $name"
  else
    printf 'FAILED: example %s printed\n%s\n' "$name" "$output" >&2
    exit 1
  fi
done
