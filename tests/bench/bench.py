"""Runs the benchmarks and prints what they found; `run.sh` builds first. See docs/benchmarks.md."""

import argparse
import os
import resource
import signal
import sys
import traceback

import bulk
import chat
import files
import first
import growth
import login
import memory
import sizes
import small
import start
import transport
import wan
from stage import Stage, note
from table import as_markdown, as_text, machine

BENCHES = {
    module.NAME: module
    for module in (start, small, bulk, files, first, memory, growth, sizes, wan, chat, login, transport)
}
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def size(text):
    unit = _UNITS.get(text[-1:].upper())
    return int(text[:-1]) * unit if unit else int(text)


def arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description="The benchmarks of p2pc.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; without: all")
    parser.add_argument("--quick", action="store_true", help="small and short: does it run at all")
    parser.add_argument("--markdown", metavar="FILE", help="writes the table there too")
    parser.add_argument("--size", type=size, help="of the file of `bulk`, and the largest of `sizes` (default 2G)")
    parser.add_argument("--plot", metavar="FILE", help="where `sizes` draws its figures, as SVG")
    parser.add_argument(
        "--netlab", metavar="TOOL", default=os.environ.get("P2PC_NETLAB"),
        help="what builds the networks of `wan` (see lab.py; or P2PC_NETLAB); without: skipped",
    )
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    given = parser.parse_args()
    for name in given.names:
        if name not in BENCHES:
            parser.error(f"no benchmark '{name}' (there are {', '.join(BENCHES)})")
    return given


def run_one(name, given):
    with Stage(given) as stage:
        return BENCHES[name].run(stage)


def report(where, rows, markdown):
    if rows:
        print(f"{where}\n\n{as_text(rows)}", flush=True)
    if markdown:
        with open(markdown, "w", encoding="utf-8") as file:
            file.write(as_markdown(rows, where))


def main():
    given = arguments()
    os.environ["P2PC_BINARY"] = os.path.join(given.build, "p2pc")
    # What is under way is ended and cleared away on these too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    where, rows, failed = machine() + (", quick" if given.quick else ""), [], []
    try:
        for name in given.names or BENCHES:
            try:
                rows += run_one(name, given)
            except Exception:  # the others go on
                traceback.print_exc()
                failed.append(name)
    finally:
        # Also what a run that was stopped has found.
        report(where, rows, given.markdown)
    missed = [row for row in rows if row.goal and row.goal.required and not row.goal.met]
    for name in failed:
        note(f"{name} failed")
    for row in missed:
        note(f"required and not reached: {row.bench}: {row.what}: {row.goal.text}")
    return 1 if failed or missed else 0


if __name__ == "__main__":
    sys.exit(main())
