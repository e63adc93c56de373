#!/usr/bin/env bash
# Makes the pictures of a report in the manual anew: report.png, report~dark.png and report-narrow.png.
#
# A tiny study (Pendulum-v1, dense and 2:4, three seeds) runs, or the one that is named is taken, and
# Chromium takes pictures of its report: light and dark on a wide page, light on a narrow one.
#
#   Scripts/report-screenshots.sh [STUDY]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tool=${COPPICE:-$PWD/.build/release/coppice}
[ -x "$tool" ] || { echo "report-screenshots: no $tool; run make build first" >&2; exit 69; }
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
[ -n "$browser" ] || { echo "report-screenshots: no Chromium; install chromium first" >&2; exit 69; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

study=${1:-$folder/sparse-pendulum}
if [ $# -eq 0 ]; then
  cat > "$folder/study.toml" <<STUDY
format = 1
name = "sparse-pendulum"

[settings]
steps = 6000
warm_up_steps = 1000
evaluation_every = 250
evaluation_episodes = 5
log_every = 250
measure_every = 500

[grid]
environment = ["Pendulum-v1"]
sparsity = ["dense", "2:4"]
seed = [1, 2, 3]
STUDY
  "$tool" study run "$folder/study.toml" --out "$study" --workers 1
fi
"$tool" report "$study" --out "$folder/report" > /dev/null

# shoot NAME WIDTH HEIGHT SCHEME; a preferred scheme of 0 is dark, of 1 light
shoot() {
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
    --user-data-dir="$folder/browser" --blink-settings=preferredColorScheme="$4" \
    --window-size="$2,$3" --screenshot="$PWD/Sources/Coppice/Coppice.docc/Resources/$1.png" \
    "file://$folder/report/index.html" 2> /dev/null
}
shoot report 1280 1600 1
shoot report~dark 1280 1600 0
shoot report-narrow 390 1600 1
