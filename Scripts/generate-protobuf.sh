#!/usr/bin/env bash
# Makes Sources/CoppiceExperiments/TensorBoard/tensorboard.pb.swift of Scripts/tensorboard.proto anew.
#
# protoc is that of a pinned wheel from PyPI, put into .deps/protoc once; the part that writes Swift is
# built from the swift-protobuf of Package.swift. Needs python3 with venv. The result is committed, so that
# nobody who builds Coppice needs either.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pins="grpcio-tools==1.85.1"
environment=.deps/protoc
if [ "$(cat "$environment/PINS" 2>/dev/null || true)" != "$pins" ]; then
  echo "Installing $pins into $environment" >&2
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check $pins >&2
  echo "$pins" >"$environment/PINS"
fi

swift build -c release --product protoc-gen-swift >&2
output=Sources/CoppiceExperiments/TensorBoard
mkdir -p "$output"
"$environment/bin/python" -m grpc_tools.protoc --proto_path=Scripts \
  --plugin=protoc-gen-swift="$(swift build -c release --show-bin-path)/protoc-gen-swift" \
  --swift_opt=Visibility=Internal --swift_out="$output" tensorboard.proto
echo "$output/tensorboard.pb.swift"
