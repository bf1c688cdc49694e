"""table.py BUILD [--all]: the table of coverage.sh, from the counts in BUILD/profiles.

A line for each file of the five: its branches (each condition once true and once false) and its lines, then
what was never reached and is not in unreached.txt. With --all also the lines of all the product. Ends with 1
below the goals: every branch of the five, and 90 % of all lines.
"""

import glob
import json
import os
import subprocess
import sys

from the_five import HERE, ROOT, exceptions, parts, programs

GOAL_OF_LINES = 90
_SIDES = ("true", "false")


def merged(build):
    """One profile of all that was counted."""
    raw = glob.glob(os.path.join(build, "profiles", "*.profraw"))
    if not raw:
        raise SystemExit("nothing was counted: no test ran")
    profile = os.path.join(build, "merged.profdata")
    subprocess.run(["llvm-profdata-19", "merge", "--failure-mode=all", "-o", profile, *raw], check=True)
    return profile


def export(profile, objects, *options):
    """What llvm-cov knows of the code in these programs and libraries, by file."""
    argv = ["llvm-cov-19", "export", f"-instr-profile={profile}", objects[0]]
    for other in objects[1:]:
        argv += ["-object", other]
    done = subprocess.run([*argv, *options], stdout=subprocess.PIPE, check=True)
    files = json.loads(done.stdout)["data"][0]["files"]
    return {os.path.relpath(file["filename"], ROOT): file for file in files}


def branches(file):
    """(line, column, end line, end column) -> [times true, times false], over all instances of a template."""
    found = {}
    for *place, yes, no, _, _, _ in file["branches"]:
        counts = found.setdefault(tuple(place), [0, 0])
        counts[0] += yes
        counts[1] += no
    return found


def condition(lines, place):
    """The text of a condition, in one line."""
    line, column, end_line, end_column = place
    text = lines[line - 1 : end_line]
    text[-1] = text[-1][: end_column - 1]
    text[0] = text[0][column - 1 :]
    return " ".join(" ".join(text).split())


class Five:
    """Counts the branches of the five, and what is missing."""

    def __init__(self):
        self.excused = exceptions(os.path.join(HERE, "unreached.txt"), 3)
        self.used = set()
        self.missing = []

    def row(self, part, file):
        """(covered, excused, total) of the branches of one file."""
        with open(os.path.join(ROOT, part.path), encoding="utf-8") as source:
            lines = source.read().split("\n")
        covered = excused = total = 0
        for place, counts in sorted(branches(file).items()):
            for side, count in zip(_SIDES, counts):
                total += 1
                key = (part.path, condition(lines, place), side)
                if count:
                    covered += 1
                elif key in self.excused:
                    excused += 1
                    self.used.add(key)
                else:
                    self.missing.append(f"{part.path}:{place[0]}: never {side}: {key[1]}")
        return covered, excused, total

    def unused(self):
        """Exceptions for what is reached, or is not there any more."""
        return [" ~ ".join(key) for key in self.excused if key not in self.used]


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def five(files):
    """Prints the five and returns whether each branch is covered or excused."""
    counted = Five()
    print(f"{'part':<10}{'file':<36}{'branches':>12}{'excused':>9}{'lines':>12}")
    totals = [0, 0, 0, 0, 0]
    for part in parts():
        file = files[part.path]
        lines = file["summary"]["lines"]
        covered, excused, total = counted.row(part, file)
        row = (covered, excused, total, lines["covered"], lines["count"])
        totals = [a + b for a, b in zip(totals, row)]
        print(f"{part.name:<10}{part.path:<36}{covered:>6}/{total:<5}{excused:>9}{row[3]:>6}/{row[4]:<5}")
    print(f"{'all five':<46}{totals[0]:>6}/{totals[2]:<5}{totals[1]:>9}{totals[3]:>6}/{totals[4]:<5}")
    for text in counted.missing:
        print(text)
    for text in counted.unused():
        print(f"unreached.txt: is reached, or gone: {text}")
    return not counted.missing and not counted.unused()


def overall(files):
    """Prints the lines of all the product and returns whether they are enough."""
    floors = {}
    for path, file in files.items():
        names = path.split(os.sep)
        if names[0] in {"src", "include", "plugins"}:
            lines = file["summary"]["lines"]
            floor = floors.setdefault("/".join(names[:2]), [0, 0])
            floor[0] += lines["covered"]
            floor[1] += lines["count"]
    print("\nlines")
    for floor, (covered, count) in sorted(floors.items()):
        print(f"{floor:<24}{covered:>7}/{count:<7}{percent(covered, count):6.1f} %")
    covered, count = (sum(column) for column in zip(*floors.values()))
    print(f"{'over all':<24}{covered:>7}/{count:<7}{percent(covered, count):6.1f} %")
    return percent(covered, count) >= GOAL_OF_LINES


def main(build, *options):
    profile = merged(build)
    tests = [os.path.join(build, "tests", program) for program in programs()]
    reached = five(export(profile, tests, *(os.path.join(ROOT, part.path) for part in parts())))
    if "--all" in options:
        product = [os.path.join(build, "p2pc"), *glob.glob(os.path.join(build, "plugins", "*.so"))]
        reached &= overall(export(profile, product, "--summary-only"))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
