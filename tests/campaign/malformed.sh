#!/usr/bin/env bash
# The malformed corpus in full: all cases by hand, what is slow, and 4,000 generated inputs; one line at the end.
#
#   tests/campaign/malformed.sh BUILD [SEED]      BUILD: a build folder with p2pc and its plugins, as build/release
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 1 ] && [ -x "$1/p2pc" ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$(cd "$1" && pwd)
export P2PC_BUILD=$build P2PC_BINARY=$build/p2pc P2PC_SOURCE=$here/../.. P2PC_MALFORMED_LONG=1
if [ $# -gt 1 ]; then export P2PC_MALFORMED_SEED=$2; fi

python=$(command -v /usr/bin/python3 || command -v python3)
start=$SECONDS
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for part in malformed slow generated; do
    "$python" -B "$here/malformed/test_$part.py" -v 2>&1 | tee -a "$log" || failed=1
done
awk -v seconds=$((SECONDS - start)) -v failed=$failed '
    / inputs, / {
        for (i = 2; i <= NF; i++) {
            if ($i == "inputs,") inputs += $(i - 1)
            if ($i == "wrong,") wrong += $(i - 1)
            if ($i == "slowest" && $(i + 1) > slowest) slowest = $(i + 1)
            if ($i == "by" && $(i + 1) > grown) grown = $(i + 1)
        }
    }
    END {
        printf "%d inputs, %d wrong, slowest %.2f s, one program grew by %.1f MiB at most, %d s%s\n",
            inputs, wrong, slowest, grown, seconds, failed ? ": FAILED" : ""
    }' "$log"
exit $failed
