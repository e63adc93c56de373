#!/usr/bin/env bash
# Builds every example as the package of its own that it is, runs it, and checks what it printed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for example in Examples/*/; do
  name=$(basename "$example")
  swift build -c release --package-path "$example" --scratch-path ".build-examples/$name" \
    --product "$name"
  output=$(".build-examples/$name/release/$name" "$scratch/$name")
  # the last line is what the example set out to do
  if [ "$(tail -1 <<< "$output")" = "$(tail -1 "$example/expected.txt")" ]; then
    echo "ok: example $name"
  else
    printf 'FAILED: example %s printed\n%s\n' "$name" "$output" >&2
    exit 1
  fi
done
