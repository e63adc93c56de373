#!/usr/bin/env bash
# Draws the README's picture anew: a figure of the report of recorded runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=${COPPICE:-.build/release/coppice}
[ -x "$tool" ] || { echo "draw-readme-picture: no $tool; run make build first" >&2; exit 69; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$tool" report Results/td3-HalfCheetah-v5.csv --out "$folder" > /dev/null
cp "$folder/figures/learning-curve-HalfCheetah-v5.svg" Documentation/Images/learning-curve.svg
echo Documentation/Images/learning-curve.svg
