#!/usr/bin/env bash
# From a fresh clone to a trained agent: fetch, build, train.
#
# The variables ENVIRONMENT, SPARSITY, STEPS and SEED change what is trained. Where MuJoCo cannot be
# fetched, the pendulum that needs nothing is trained instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sparsity=${SPARSITY:-2:4}
seed=${SEED:-1}
environment=${ENVIRONMENT:-HalfCheetah-v5}
steps=${STEPS:-150000}

status=0
{ problem=$(Scripts/fetch-mujoco.sh 2>&1 >&3) || status=$?; } 3>&1
case $status in
  0) ;;
  69)
    if [ -z "${ENVIRONMENT:-}" ] && [ -z "${COPPICE_MUJOCO:-}" ]; then
      environment=Pendulum-v1
      steps=${STEPS:-15000}
      problem="$problem; training $environment instead"
    fi
    echo "$problem" >&2 ;;
  *)
    echo "$problem" >&2
    exit "$status" ;;
esac

swift build -c release --product coppice
exec .build/release/coppice train --algorithm td3 --env "$environment" --sparsity "$sparsity" \
  --steps "$steps" --seed "$seed"
