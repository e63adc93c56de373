#!/usr/bin/env bash
# Trains the same TD3 with Coppice and with its peers, by turns, on this machine.
#
#   Benchmarks/Peers/run.sh [--rounds 5] [--turn 2] [--threads 1,2] [--replay-rows 100000]
#
# Makes an environment of pinned versions in .deps/peers first, once. Needs Linux, Python 3.11 with
# venv, pip and its headers, C and C++ compilers, and `make fetch build`. Writes the CSV and JSON
# Results/peers-MACHINE and Benchmarks/Peers/table.md.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=$(cd "$here/../.." && pwd)/.deps/peers
# a package that is built finds the tools of the environment, not those of the system
export PATH="$environment/bin:$PATH"

if ! cat "$here"/requirements*.txt | cmp -s - "$environment/requirements.txt"; then
  echo "Installing the peers into .deps/peers" >&2
  rm -rf "$environment"
  python3 -m venv "$environment"
  pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
    -r "$here/requirements-built.txt" >&2
  cat "$here"/requirements*.txt >"$environment/requirements.txt"
fi

# see the file; other processors have no such library
if [ "$(uname -m)" = x86_64 ]; then
  cc -shared -fPIC -o "$environment/wide_mkl.so" "$here/wide_mkl.c"
fi

OMP_NUM_THREADS=1 python "$here/check.py"
exec python "$here/compare.py" "$@"
