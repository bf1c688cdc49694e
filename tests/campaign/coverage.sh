#!/usr/bin/env bash
# What the tests run of the code, counted by clang branch by branch.
#
#   tests/campaign/coverage.sh five     the branches of the five (coverage/the_five.txt) by their unit tests alone
#   tests/campaign/coverage.sh          the same by unit, contract, scenario and end-to-end tests, and all lines
#
# Prints a table, and each branch of the five that was not reached. Ends with 1 where one is missing, where fewer
# than 90 % of all lines ran, or where a test failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
here=tests/campaign/coverage
build=$root/build/coverage
python=$(command -v /usr/bin/python3 || command -v python3)

case ${1:-all} in
    five)
        mapfile -t targets < <("$python" -B -c "import sys; sys.path.insert(0, '$here'); import the_five
print(*the_five.programs(), sep='\n')")
        filter="^($(IFS='|'; echo "${targets[*]}"))\$"
        options=()
        ;;
    all)
        targets=(all)
        filter='^(unit|contract|scenario|e2e)_'
        options=(--all)
        ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

./cmake/install_packages.sh campaign
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
mkdir -p "$build"
cmake --preset coverage >"$build/configure.log" 2>&1 || { cat "$build/configure.log"; exit 1; }
cmake --build "$build" -j2 --target "${targets[@]}" >"$build/build.log" 2>&1 || { tail -40 "$build/build.log"; exit 1; }

rm -rf "$build/profiles"
# Tests that run a program as somebody else count as well.
mkdir -m 1777 "$build/profiles"
failed=0
ctest --test-dir "$build" -j2 -R "$filter" -E '_release$' --no-tests=error --output-on-failure \
    >"$build/tests.log" 2>&1 </dev/null || failed=1
grep -E '^ *[0-9]+ - .*\((Failed|Timeout|.*Exception.*)\)|tests passed' "$build/tests.log" || true
"$python" -B "$here/table.py" "$build" "${options[@]}" || failed=1
exit "$failed"
