#!/usr/bin/env bash
# Everything that has to hold before a change is merged: style, build, tests, manual.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

make lint
make build
make test
make docs
