#!/usr/bin/env bash
# Runs the fuzz targets, each for so many seconds, from the inputs kept in corpus/ on.
#
#   tests/fuzz/run.sh SECONDS [TARGET...]      all without a name; 10 is the short form
#   tests/fuzz/run.sh --long [TARGET...]       10 minutes each, and 10,000,000 executions of those without a script
#   tests/fuzz/run.sh --keep [TARGET...]       what was found goes into corpus/, the least of it that covers the same
#   tests/fuzz/run.sh --seeds                  writes the seeds into corpus/ again (seeds*.cpp)
#
# Prints a line a target: executions, seconds, edges covered (and how many things were seen on them),
# the most memory it had in MiB, and findings. Ends with 1 where anything was found: a crash, a property that
# does not hold, a leak, more than 1 s for an input, more than the memory that is allowed. What was found is in
# build/fuzz/findings, what adds coverage in build/fuzz/corpus. FUZZ_JOBS: how many at a time (1, or 2).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
build=$root/build/fuzz
kept=$root/tests/fuzz/corpus
# 256 MiB are the program's own. The address sanitizer keeps a freed block for a while and a shadow of all
# memory: that is its, and comes on top. One allocation may be no larger than 64 MiB.
limits=(-timeout=1 -rss_limit_mb=448 -malloc_limit_mb=64)
export ASAN_OPTIONS=quarantine_size_mb=32:detect_stack_use_after_return=0:allocator_may_return_null=0
export UBSAN_OPTIONS=print_stacktrace=1
export ASAN_SYMBOLIZER_PATH=${ASAN_SYMBOLIZER_PATH:-$(command -v llvm-symbolizer-19 || true)}

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0"; }

seconds=${1:-}
[ $# -eq 0 ] || shift
case $seconds in
    --long | --keep | --seeds | [1-9] | [1-9]*[0-9]) ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

"$root/cmake/install_packages.sh" campaign
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
mkdir -p "$build"
cmake --preset fuzz >"$build/configure.log" 2>&1 || { cat "$build/configure.log"; exit 1; }
mapfile -t all <"$build/fuzz-targets"
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")
for target in "${targets[@]}"; do
    grep -qx "$target" "$build/fuzz-targets" || { echo "no such target: '$target' (${all[*]})" >&2; exit 2; }
done
programs=("${targets[@]/#/fuzz_}")
[ "$seconds" != --seeds ] || programs=(fuzz_seeds)
cmake --build "$build" -j2 --target "${programs[@]}" >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }
[ "$seconds" != --seeds ] || exec "$build/fuzz_seeds" "$kept"

dictionary() {
    if [ -f "tests/fuzz/dictionaries/$1.dict" ]; then echo "-dict=tests/fuzz/dictionaries/$1.dict"; fi
}

# These play a script: thousands of times slower than what reads its input once.
scripted=" code_exchange peer_session receiving sending server_session "
long_seconds=600 long_runs=10000000

# libFuzzer on one target; what it says is appended to the target's log.
fuzz() {
    local name=$1
    shift
    # shellcheck disable=SC2046
    "$build/fuzz/fuzz_$name" "${limits[@]}" -print_final_stats=1 -max_len=4096 "$@" $(dictionary "$name") \
        -artifact_prefix="$build/findings/$name/" "$build/corpus/$name" "$kept/$name" >>"$build/logs/$name.log" 2>&1
}

# For at least so long, and so many times.
fuzz_long() {
    local name=$1 start=$SECONDS left
    if [[ $scripted != *" $name "* ]]; then fuzz "$name" -runs=$long_runs || return; fi
    left=$((long_seconds - SECONDS + start))
    [ $left -le 0 ] || fuzz "$name" -max_total_time=$left
}

# One target: the line of its run.
run() {
    local name=$1 log=$build/logs/$1.log status=0 start=$SECONDS
    mkdir -p "$build/logs" "$build/findings/$name" "$build/corpus/$name" "$kept/$name"
    rm -f "$log"
    if [ "$seconds" = --long ]; then
        fuzz_long "$name" || status=$?
    else
        fuzz "$name" -max_total_time="$seconds" || status=$?
    fi
    awk -v name="$name" -v status="$status" -v seconds=$((SECONDS - start)) '
        / cov: / { for (i = 1; i < NF; i++) { if ($i == "cov:") edges = $(i + 1); if ($i == "ft:") seen = $(i + 1) } }
        /^stat::number_of_executed_units:/ { runs += $2 }
        /^stat::peak_rss_mb:/ { if ($2 > memory) memory = $2 }
        END { printf "%-16s %12d %6d s %6d edges (%d) %5d MiB  %s\n", name, runs, seconds, edges, seen, memory,
              status == 0 ? "nothing found" : "FOUND, see build/fuzz/logs/" name ".log" }' "$log"
    return "$status"
}

# What was found, as far as it covers anything new, beside what is kept: at most 4 KiB each.
keep() {
    local name=$1 least
    [ -d "$build/corpus/$name" ] || return 0
    least=$(mktemp -d "$build/least.XXXXXX")
    "$build/fuzz/fuzz_$name" "${limits[@]}" -max_len=4096 -merge=1 "$least" "$kept/$name" "$build/corpus/$name" \
        >"$build/logs/$name-keep.log" 2>&1 || { cat "$build/logs/$name-keep.log"; return 1; }
    find "$kept/$name" -name 'found-*' -delete
    # libFuzzer calls a file by its SHA-1. Of the small ones some 200, 100 KiB in all: the tree is for replaying.
    find "$kept/$name" -type f -exec sha1sum {} + | cut -c1-40 >"$least.seeds"
    find "$least" -type f -printf '%s %f\n' | sort -n | grep -vFf "$least.seeds" |
        awk '{ total += $1 } NR <= 200 && $1 <= 4096 && total <= 102400 { print $2 }' |
        while read -r file; do cp "$least/$file" "$kept/$name/found-${file:0:12}.in"; done
    rm "$least.seeds"
    rm -r "$least"
    echo "$name: $(find "$kept/$name" -type f | wc -l) inputs, $(du -sb "$kept/$name" | cut -f1) bytes"
}

failed=0
jobs=${FUZZ_JOBS:-1}
for target in "${targets[@]}"; do
    if [ "$seconds" = --keep ]; then keep "$target" || failed=1; continue; fi
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || failed=1; done
    run "$target" &
done
while [ "$(jobs -p | wc -l)" -gt 0 ]; do wait -n || failed=1; done
exit "$failed"
