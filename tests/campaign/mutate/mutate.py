"""mutate.py [--sample N] [--seed S] [--again] [--build FOLDER] [FILE...]: do the tests notice a change?

Makes mutants of the five (coverage/the_five.txt), one at a time, and runs the unit tests of each. Prints each
that survives and is not in survivors.txt, and a line for each file: how many were killed, survived and are
explained there, and the score. --sample takes N of each file, chosen by --seed (1); without it all are made.
--again makes only those that survived the last time. Ends with 1 below 90 % killed in all, with a survivor that
nobody explained, or where all were made with an explanation of what was killed or is not there. Needs what `tests/campaign/coverage.sh five` has built.
"""

import argparse
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "coverage"))
from mutations import mutants  # noqa: E402
from the_five import ROOT, exceptions, parts  # noqa: E402
from trial import Broken, Subject  # noqa: E402

GOAL = 90


class Score:
    """Of one file, or of all."""

    def __init__(self):
        self.killed = self.explained = self.survived = self.stillborn = 0

    def add(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def percent(self):
        """Killed of those that could be: an explained survivor is no different from what it was made of."""
        tried = self.killed + self.survived + self.explained
        return 100.0 * self.killed / tried if tried else 100.0

    def row(self, name):
        return (f"{name:<36}{self.killed:>8}{self.survived:>10}{self.explained:>11}{self.stillborn:>13}"
                f"{self.percent:>9.1f} %")


def key_of(part, source, mutant):
    return part.path, " ".join(source.split("\n")[mutant.line - 1].split()), mutant.what


def run(part, build, choose, explained):
    """(score, keys of all that survived, whether explained or not) of one file."""
    subject = Subject(build, ROOT, part)
    score, survivors = Score(), []
    for mutant in choose(part, subject):
        survived = subject.survives(mutant.applied(subject.source))
        key = key_of(part, subject.source, mutant)
        if survived is None:
            score.stillborn += 1
        elif not survived:
            score.killed += 1
        else:
            survivors.append(key)
            if key in explained:
                score.explained += 1
            else:
                score.survived += 1
                print(f"survived  {part.path}:{mutant.line}: {mutant.what}: {key[1]}", flush=True)
    with open(last_of(subject), "w", encoding="utf-8") as file:
        file.writelines(" ~ ".join(key) + "\n" for key in survivors)
    return score, survivors


def last_of(subject):
    """Where the survivors of the last run stand, for --again."""
    return os.path.join(subject.folder, "survivors")


def chooser(given):
    """Which mutants of a file are made."""

    def choose(part, subject):
        found = mutants(subject.source)
        if given.again:
            with open(last_of(subject), encoding="utf-8") as file:
                only = {tuple(line.rstrip("\n").split(" ~ ")) for line in file}
            return [mutant for mutant in found if key_of(part, subject.source, mutant) in only]
        if given.sample and given.sample < len(found):
            found = sorted(random.Random(f"{given.seed} {part.path}").sample(found, given.sample))
        return found

    return choose


def main(argv):
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("--sample", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--again", action="store_true")
    options.add_argument("--build", default=os.path.join(ROOT, "build", "coverage"))
    options.add_argument("files", nargs="*")
    given = options.parse_args(argv)
    os.nice(10)
    explained = exceptions(os.path.join(HERE, "survivors.txt"), 3)
    chosen = [part for part in parts() if not given.files or part.path in given.files]
    if len(chosen) < len(given.files):
        options.error("not every file is one of the five")
    print(f"{'file':<36}{'killed':>8}{'survived':>10}{'explained':>11}{'not compiled':>13}{'score':>11}", flush=True)
    total, survivors = Score(), []
    for part in chosen:
        score, survived = run(part, os.path.abspath(given.build), chooser(given), explained)
        print(score.row(part.path), flush=True)
        total.add(score)
        survivors += survived
    print(total.row("all"))
    paths = {part.path for part in chosen}
    partial = given.sample or given.again
    stale = [] if partial else [key for key in explained if key[0] in paths and key not in survivors]
    for key in stale:
        print(f"survivors.txt: was killed, or is gone: {' ~ '.join(key)}")
    return 0 if total.percent >= GOAL and not total.survived and not stale else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Broken as broken:
        sys.exit(str(broken))
