#!/usr/bin/env bash
# Builds the manual of every module into .build/docs; a warning is an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

modules=(
  CoppiceRandom CoppiceTensors CoppiceNetworks CoppiceEnvironments CoppiceGridWorld CoppiceReports
  CoppiceMuJoCo CoppiceSparsity CoppiceReplay CoppiceAgents CoppiceCrowds CoppiceSDE
  CoppiceExperiments CoppiceWorldServer Coppice
)
mkdir -p .build/docs
for module in "${modules[@]}"; do
  swift package --allow-writing-to-directory .build/docs/"$module" generate-documentation \
    --target "$module" --output-path .build/docs/"$module" --warnings-as-errors
done
