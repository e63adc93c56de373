#!/usr/bin/env bash
# Fetches MuJoCo and the models of the Gymnasium tasks into .deps/mujoco, once.
#
#   lib/      libmujoco of the pinned mujoco-core wheel
#   include/  its C headers
#   assets/   the model files of the pinned gymnasium wheel
#   licences/ the licences of both
#
# Needs python3 with pip, nothing else; where they are missing and the system is Debian's or Ubuntu's,
# root installs them. Everything else stays in the folder. A second run does nothing. Exit code 69: MuJoCo is not available for this machine, or cannot be reached from it.
set -euo pipefail

mujoco_version=4.0.0
gymnasium_version=1.4.0

gymnasium_hash=1cb947c59e7c72d8eabb2c2274c00cd20948e69f8452a9ef4092223be24fdf0e
# the library does not depend on Python: the wheel of any one Python serves every machine
python_version=3.11
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64)
    platform=manylinux_2_28_x86_64
    mujoco_hash=885bd9b9cc0a6b5ba1114923eb954027652a6a0c115fa46b3218b83bae72ac4f ;;
  Linux-aarch64 | Linux-arm64)
    platform=manylinux_2_28_aarch64
    mujoco_hash=34de0c1674caa95abd3a0214ded4461e688150fbaa015b2db523d553b7411c3b ;;
  *)
    platform= ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home="$root/.deps/mujoco"
pins="mujoco-core $mujoco_version, gymnasium $gymnasium_version"

fail() {
  echo "fetch-mujoco: $1" >&2
  exit 69
}

if [ "$(cat "$home/PINS" 2>/dev/null || true)" = "$pins" ]; then
  echo "MuJoCo $mujoco_version is in place (.deps/mujoco)"
  exit 0
fi

[ -n "$platform" ] ||
  fail "no pinned MuJoCo for $(uname -s) on $(uname -m); training runs on the native environments"

has_pip() { python3 -m pip --version >/dev/null 2>&1; }

if ! has_pip && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing python3-pip"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-pip; } \
    >/dev/null 2>&1 || true
fi
has_pip || fail "no python3 with pip; install it, for example: apt-get install python3-pip"

mkdir -p "$root/.deps"
work=$(mktemp -d "$root/.deps/mujoco.XXXXXX")
trap 'rm -rf "$work"' EXIT

download() {
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --retries 2 --timeout 20 --dest "$work/wheels" "$@" >"$work/pip.log" 2>&1 ||
    fail "pip could not download ${!#} (no network?): $(grep -v '^ *$' "$work/pip.log" | tail -n 1)"
}

echo "Fetching $pins"
download --implementation cp --python-version "$python_version" --abi "cp${python_version/./}" \
  --platform "$platform" "mujoco-core==$mujoco_version"
download "gymnasium==$gymnasium_version"

python3 - "$work" "$mujoco_hash" "$gymnasium_hash" <<'PYTHON' || exit 69
import hashlib, pathlib, sys, zipfile

work = pathlib.Path(sys.argv[1])
new = work / "new"


def wheel(pattern, expected):
    path = next(iter((work / "wheels").glob(pattern)))
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        sys.exit(f"fetch-mujoco: {path.name} has SHA-256 {found}; expected {expected}")
    return zipfile.ZipFile(path)


def unpack(archive, wanted):
    for name in archive.namelist():
        target = wanted(pathlib.PurePosixPath(name))
        if target and not name.endswith("/"):
            path = new / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))


def from_mujoco(path):
    if path.parent.name == "mujoco" and path.name.startswith("libmujoco."):
        return f"lib/{path.name}"
    if path.match("mujoco/include/mujoco/*.h"):
        return f"include/mujoco/{path.name}"
    if path.parent.name == "licenses":
        return f"licences/mujoco-{path.name}"


def from_gymnasium(path):
    if path.match("gymnasium/envs/mujoco/assets/*.xml"):
        return f"assets/{path.name}"
    if path.parent.name == "licenses" or path.match("gymnasium-*.dist-info/LICENSE"):
        return f"licences/gymnasium-{path.name}"


unpack(wheel("mujoco_core-*.whl", sys.argv[2]), from_mujoco)
unpack(wheel("gymnasium-*.whl", sys.argv[3]), from_gymnasium)
PYTHON

[ -n "$(ls "$work"/new/lib/libmujoco.* 2>/dev/null)" ] || fail "the wheel holds no libmujoco"
[ -f "$work/new/assets/half_cheetah.xml" ] || fail "the wheel holds no models"
echo "$pins" >"$work/new/PINS"

rm -rf "$home"
mv "$work/new" "$home"
# the compiler does not notice headers that appear: make it look again
touch "$root/Sources/CMuJoCo/CMuJoCo.c"
echo "MuJoCo $mujoco_version is in place (.deps/mujoco)"
