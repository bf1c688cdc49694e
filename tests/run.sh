#!/usr/bin/env bash
# Builds and runs the tests; the last line is `N passed, N failed, N skipped`.
#
#   tests/run.sh [asan|debug|tsan] [unit|contract|scenario|house|e2e|REGEX]...
#
# Without arguments: everything, under the address sanitizer, and the end-to-end tests also with the release
# binary. A kind or a ctest regular expression is for quick turns: it builds and runs only what it names.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

preset=asan
patterns=()
for argument in "$@"; do
    case $argument in
        asan | debug | tsan) preset=$argument ;;
        unit | contract | scenario | house | e2e) patterns+=("^${argument}_") ;;
        -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) echo "tests/run.sh: unknown option '$argument' (see --help)" >&2; exit 2 ;;
        *) patterns+=("$argument") ;;
    esac
done
filter=$(IFS='|'; echo "${patterns[*]-}")
build=$root/build/$preset

# phase NAME COMMAND...: runs it, says how long it took; a failure ends the run with a count that says so.
phase() {
    local name=$1 start=$SECONDS
    shift
    echo "== $name"
    if ! "$@"; then
        echo "== $name failed after $((SECONDS - start)) s"
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
    echo "== $name: $((SECONDS - start)) s"
}

# The tests that will run, one name a line.
selected() {
    ctest --test-dir "$build" -N ${filter:+-R "$filter"} | sed -n 's/^ *Test *#[0-9]*: //p'
}

configure() { cmake --preset "$1" >"$root/build/configure-$1.log" 2>&1 || { cat "$root/build/configure-$1.log"; false; }; }

build_selected() {
    local names others
    names=$(selected)
    [ -n "$names" ] || { echo "no test is called '$filter'"; return 1; }
    others=$(grep -v -e '^unit_' -e '^house_' <<<"$names" || true)
    if [ -n "$filter" ] && [ -z "$others" ]; then
        # A unit test's program has the name of its test, and the house's look at the sources alone.
        mapfile -t names < <(grep '^unit_' <<<"$names")
        [ ${#names[@]} -eq 0 ] || cmake --build "$build" -j2 --target "${names[@]}"
    else
        cmake --build "$build" -j2
    fi
}

# Where ccache is, a clone in another folder finds what this one has compiled.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

mkdir -p build
phase "packages" ./cmake/install_packages.sh
phase "configure $preset" configure "$preset"
phase "build $preset" build_selected
if selected | grep -q '^e2e_'; then
    phase "configure release" configure release
    phase "build release" cmake --build build/release -j2
    export P2PC_RELEASE_BINARY=$root/build/release/p2pc
fi

report=$build/tests.xml
rm -f "$report"
start=$SECONDS
echo "== tests"
ctest --test-dir "$build" -j2 ${filter:+-R "$filter"} --no-tests=error --output-on-failure \
    --output-junit "$report" --test-output-size-passed 65536 --test-output-truncation head </dev/null || true
echo "== tests: $((SECONDS - start)) s, in all $SECONDS s"
exec "$(command -v /usr/bin/python3 || command -v python3)" -B tests/house/count.py "$report"
