#!/usr/bin/env bash
# The whole campaign in its long form, part after part: most of a day on two cores. Each part prints its figures, and
# whether it found something; the last line counts.
#
#   tests/campaign/run.sh [PART...]      all without a name
#
#   fuzz        10 minutes a target, and 10,000,000 executions of those that play no script
#   malformed   all cases by hand, what is slow, and 4,000 generated inputs; release and sanitized
#   faults      every call that can fail, deaths at named points and 2,000 at random; release and sanitized
#   lies        a server and people in the middle that lie
#   strangers   thousands of slow connections and 1,000 guesses a second, beside people at work
#   accounts    5,000 names that exist and 5,000 that do not
#   terminal    1,000,000 texts shown to a terminal that is not ours
#   coverage    branches and lines
#   mutants     changes to the five parts that must not go unseen
#   static      clang-tidy, gcc's analyzer, valgrind
#   thread      all tests under the thread sanitizer
#
# FUZZ_JOBS: how many fuzz targets at a time (2). What a part printed is in build/campaign/PART.log.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
parts=(fuzz malformed faults lies strangers accounts terminal coverage mutants static thread)
if [ $# -gt 0 ]; then
    for part in "$@"; do
        [[ " ${parts[*]} " == *" $part "* ]] || { sed -n '2,20s/^# \{0,1\}//p' "$0" >&2; exit 2; }
    done
    parts=("$@")
fi
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 P2PC_CAMPAIGN=long
export P2PC_SOURCE=$root P2PC_RELEASE_BINARY=$root/build/release/p2pc PYTHONPATH=$root/tests/e2e
python=$(command -v /usr/bin/python3 || command -v python3)
mkdir -p build/campaign

build() {
    local preset log
    ./cmake/install_packages.sh campaign || return 1
    for preset in release asan; do
        log=build/campaign/build-$preset.log
        cmake --preset "$preset" >"$log" 2>&1 || { cat "$log"; return 1; }
        cmake --build "build/$preset" -j2 >"$log" 2>&1 || { cat "$log"; return 1; }
    done
}

# A program of Python's with a build of ours.
on() {
    local preset=$1 program=$2
    shift 2
    P2PC_BINARY=$root/build/$preset/p2pc P2PC_BUILD=$root/build/$preset "$python" -B "tests/campaign/$program" "$@"
}

run_fuzz() { FUZZ_JOBS=${FUZZ_JOBS:-2} tests/fuzz/run.sh --long; }
run_malformed() { tests/campaign/malformed.sh build/release && tests/campaign/malformed.sh build/asan; }
run_faults() {
    # Where a sanitizer has the allocator, none of its allocations fails: that is the release binary's part.
    P2PC_FAILING_CALLS=$root/build/asan/tests/failing_calls.so P2PC_USE_RELEASE=1 on release faults/test_faults.py -v &&
        P2PC_FAILING_CALLS=$root/build/asan/tests/failing_calls_sanitized.so on asan faults/test_faults.py -v
}
run_lies() { on release lies/test_lies.py -v && on asan lies/test_lies.py -v; }
run_strangers() {
    # Their programs without a sanitizer, beside a p2pc without one.
    local build=$root/build/strangers
    cmake --preset release -B "$build" -DP2PC_TESTS=ON >"$build.log" 2>&1 &&
        cmake --build "$build" -j2 --target p2pc p2pc_plugin_tcp p2pc_plugin_tls campaign_accounts campaign_strangers \
            p2pc_counting_memory >"$build.log" 2>&1 || { cat "$build.log"; return 1; }
    P2PC_BINARY=$build/p2pc P2PC_TOOLS=$build "$python" -B tests/campaign/strangers/strangers.py -v
}
run_accounts() { on asan accounts.py; }
run_terminal() { build/asan/tests/campaign_terminal; }
run_coverage() { tests/campaign/coverage.sh; }
run_mutants() { tests/campaign/coverage.sh five && "$python" -B tests/campaign/mutate/mutate.py; }
run_static() { tests/campaign/static.sh; }
run_thread() { tests/run.sh tsan; }

build || { echo "the build failed"; exit 1; }
failed=()
for part in "${parts[@]}"; do
    start=$SECONDS
    echo "== $part"
    "run_$part" 2>&1 | tee "build/campaign/$part.log" || failed+=("$part")
    echo "== $part: $((SECONDS - start)) s"
done
echo "${#parts[@]} parts, ${#failed[@]} found something${failed[*]:+: ${failed[*]}}"
[ ${#failed[@]} -eq 0 ]
