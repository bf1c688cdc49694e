#!/usr/bin/env bash
# Has the code read by clang-tidy and by gcc's analyzer, and runs the unit and contract tests under valgrind.
#
#   tests/campaign/static.sh [tidy|analyzer|valgrind]... [PATH|TEST]...
#
# All three without a name. A PATH (src/wire, plugins/) narrows what is read, a TEST (unit_wire) what is run. Findings
# are printed as they come, then a line of figures; the exit code is 1 where there were any. STATIC_JOBS: how many at
# a time (1). What is not looked for, and why: .clang-tidy, NOT_OF_CPP in static/commands.py, static/valgrind.supp.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
steps=()
paths=()
tests=()
for argument in "$@"; do
    case $argument in
        tidy | analyzer | valgrind) steps+=("$argument") ;;
        -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
        unit_* | contract_*) tests+=("$argument") ;;
        */*) paths+=("$argument") ;;
        *) echo "static.sh: unknown argument '$argument' (see --help)" >&2; exit 2 ;;
    esac
done
[ ${#steps[@]} -gt 0 ] || steps=(tidy analyzer valgrind)

"$root/cmake/install_packages.sh" campaign
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
export STATIC_JOBS=${STATIC_JOBS:-1}
python=$(command -v /usr/bin/python3 || command -v python3)

# quietly LOG COMMAND...: shows what the command said only where it fails.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 || { cat "$log"; return 1; }
}

# readable FOLDER OPTION...: a build folder with the commands of all sources and what protoc makes. A precompiled
# header would be of another compiler than the reader.
readable() {
    local build=$root/build/$1
    shift
    mkdir -p "$build"
    quietly "$build/configure.log" cmake --preset debug -B "$build" -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON "$@" &&
        quietly "$build/build.log" cmake --build "$build" \
            --target src/wire/generated/p2pc.pb.h src/admin/generated/admin.pb.h
}

tidy() {
    readable static-tidy -DCMAKE_CXX_COMPILER=clang++-19 &&
        quietly build/static-tidy/config.log clang-tidy-19 --verify-config --config-file=.clang-tidy &&
        "$python" -B tests/campaign/static/read.py tidy build/static-tidy "${paths[@]}"
}

analyzer() {
    readable static-analyzer &&
        "$python" -B tests/campaign/static/read.py analyzer build/static-analyzer "${paths[@]}"
}

valgrind() {
    mkdir -p build/debug
    quietly build/debug/configure.log cmake --preset debug &&
        "$python" -B tests/campaign/static/memcheck.py build/debug "${tests[@]}"
}

failed=0
for step in "${steps[@]}"; do "$step" || failed=1; done
exit $failed
