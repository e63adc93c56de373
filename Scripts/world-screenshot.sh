#!/usr/bin/env bash
# Drives the page of `coppice world watch` in Chromium and checks that it shows what was recorded, then makes
# Documentation/Images/world-watch.png anew: a battle of 100,000 agents.
#
#   Scripts/world-screenshot.sh [--check]
#
# With --check the picture is not written.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=${COPPICE:-$PWD/.build/release/coppice}
[ -x "$tool" ] || { echo "world-screenshot: no $tool; run make build first" >&2; exit 69; }
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "world-screenshot: no Chromium; install chromium first" >&2; exit 69; }
folder=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

"$tool" world record battle --agents 100000 --steps 40 --out "$folder/battle.world" > /dev/null

# serve WHAT...; sets address
serve() {
  [ -z "$server" ] || { kill "$server" && wait "$server" || true; }
  # what the server before wrote must not be taken for the address of the next
  rm -f "$folder/address"
  "$tool" world watch "$@" --port 0 > "$folder/address" &
  server=$!
  for _ in $(seq 200); do [ -s "$folder/address" ] && break; sleep 0.1; done
  address=$(cat "$folder/address")
  [ -n "$address" ] || { echo "world-screenshot: the server did not start" >&2; exit 1; }
}

serve "$folder/battle.world"
picture=Documentation/Images/world-watch.png
[ "${1:-}" != --check ] || picture=
python3 Scripts/browse-world.py "$browser" "$address" recording $picture

# a world that is played while it is watched
serve battle --agents 1000
python3 Scripts/browse-world.py "$browser" "$address" live
echo "world-screenshot: the page shows recordings and live worlds"
