#!/usr/bin/env bash
# Builds the preset `bench`, runs the benchmarks and prints figure, baseline of the same run, and ratio.
#
#   tests/bench/run.sh [--quick] [--markdown FILE] [--plot FILE] [--size SIZE] [--netlab TOOL] [NAME]...
#
# Names: start small bulk files first memory growth sizes wan chat login transport; without: all of them.
# --quick takes about a minute after the build and says little about speed. The exit code is 0 when every
# benchmark ran and what is required was reached (docs/benchmarks.md).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

case " $* " in
    *" -h "* | *" --help "*) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac

log=$root/build/bench-build.log
mkdir -p "$root/build"
build() { (cd "$root" && cmake --preset bench && cmake --build --preset bench -j2); }
# Standard output is for the table.
build >"$log" 2>&1 || { cat "$log" >&2; echo "tests/bench/run.sh: the build failed" >&2; exit 1; }

exec "$(command -v /usr/bin/python3 || command -v python3)" -B "$here/bench.py" --build "$root/build/bench" "$@"
