#!/usr/bin/env bash
# Runs every C kernel on random data under the address and undefined-behaviour sanitisers and compares
# it with plain loops in double precision; with every compiler that is here and has the sanitisers.
#
#   Scripts/check-kernels.sh [--neon] [CASES [SEED]]     (2000 cases from seed 1)
#
# --neon builds for 64-bit ARM and runs under qemu. On Debian that takes the packages
# gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user, which it installs where it may.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

neon=no
if [ "${1:-}" = --neon ]; then neon=yes; shift; fi
cases=${1:-2000}
seed=${2:-1}
if ! [[ $cases =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]]; then
  sed -n '5,8s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
flags=(-std=gnu11 -O1 -g -Wall -Wextra -Werror
  -fsanitize=address,undefined -fno-sanitize-recover=all -ISources/CCoppiceKernels/include)

# has_sanitisers COMPILER…: whether it can link what the sanitisers need.
has_sanitisers() {
  echo 'int main(void) { return 0; }' > "$build/nothing.c"
  "$@" -fsanitize=address,undefined "$build/nothing.c" -o "$build/nothing" > "$build/log" 2>&1
}

# check NAME RUNNER COMPILER…: builds the kernels with their checks, and runs them.
check() {
  local name=$1 runner=$2
  shift 2
  if ! has_sanitisers "$@"; then
    echo "check-kernels: $name has no sanitiser runtime:" "$(tail -1 "$build/log")" >&2
    echo "check-kernels: on Debian, install libclang-rt-dev for clang or libgcc-dev for gcc" >&2
    return
  fi
  # the linker of clang has a line for every entry of the runtime, so only a failure is shown
  "$@" "${flags[@]}" Sources/CCoppiceKernels/*.c Tests/CKernelChecks/*.c -lm -o "$build/check" \
    2> "$build/log" || { cat "$build/log" >&2; exit 1; }
  echo "$name:"
  $runner "$build/check" "$cases" "$seed"
  checked=$((checked + 1))
}

install_for_arm() {
  command -v aarch64-linux-gnu-gcc > /dev/null && command -v qemu-aarch64 > /dev/null && return
  local packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "check-kernels: --neon needs a compiler for 64-bit ARM and qemu; on Debian:" \
      "apt-get install $packages" >&2
    exit 69
  fi
  apt-get update
  # shellcheck disable=SC2086
  apt-get install --yes --no-install-recommends $packages
}

checked=0
if [ "$neon" = yes ]; then
  install_for_arm
  # the leak check needs ptrace, which qemu does not have
  export ASAN_OPTIONS=detect_leaks=0
  check "gcc for 64-bit ARM" "qemu-aarch64 -L /usr/aarch64-linux-gnu" aarch64-linux-gnu-gcc
  # the same compiler as in a build of the package, without a runtime for ARM: numbers alone
  if command -v clang > /dev/null; then
    clang --target=aarch64-linux-gnu -std=gnu11 -O1 -Wall -Wextra -Werror -fuse-ld=bfd \
      -ISources/CCoppiceKernels/include Sources/CCoppiceKernels/*.c Tests/CKernelChecks/*.c \
      -static -lm -o "$build/check"
    echo "clang for 64-bit ARM, without sanitisers:"
    qemu-aarch64 "$build/check" "$cases" "$seed"
  fi
else
  for compiler in clang gcc; do
    if command -v "$compiler" > /dev/null; then check "$compiler" "" "$compiler"; fi
  done
fi
if [ "$checked" -eq 0 ]; then
  echo "check-kernels: no compiler with sanitisers; install gcc, or clang with its runtime" >&2
  exit 69
fi
