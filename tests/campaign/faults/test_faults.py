"""Failing calls and sudden deaths: in every role a call fails, comes back short, or is the last thing done.

    test_faults.py                          a sample of each, from a fixed seed
    P2PC_CAMPAIGN=long test_faults.py       all of them; a line of figures for each role

P2PC_FAILING_CALLS is the library of failing_calls.cpp.
"""

import collections
import os
import random
import re
import sys

import p2pc
from roles import KINDS, ROLES, Fault, Roles

LONG = os.environ.get("P2PC_CAMPAIGN") == "long"
SEED = int(os.environ.get("P2PC_SEED", "20261123"))
CODES = {None: "did not begin", 137: "killed"}


class Faults(Roles):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.outcomes = collections.Counter()

    def trace(self, role, kind):
        """The calls of that kind in a run without a fault: (kind, path) each."""
        file = self.path("trace")
        if os.path.exists(file):
            os.unlink(file)
        self.assertEqual(getattr(self, role)(Fault(f"{kind}:0:EIO", trace=file)), 0)
        with open(file, encoding="utf-8", errors="replace") as lines:
            return [tuple(line.rstrip("\n").partition(" ")[::2]) for line in lines]

    def run_with(self, role, fault, name=""):
        with self.subTest(f"{role} with {fault} {name}"):
            code = getattr(self, role)(Fault(fault))
            self.outcomes[role, fault.split(":")[0], code] += 1
            # The server stays. Of thousands of runs the ends are not kept.
            self.assertEqual(self.close_all(after=1), [])

    def few(self, numbers, most):
        numbers = list(numbers)
        return numbers if LONG or len(numbers) <= most else sorted(self.random.sample(numbers, most))

    def tell(self, what):
        for role in ROLES:
            ends = collections.Counter()
            for (of, _, code), count in self.outcomes.items():
                if of == role:
                    ends[code] += count
            if ends:
                said = ", ".join(f"{CODES.get(code, code)}: {count}" for code, count in sorted(ends.items(), key=str))
                print(f"{what}, {role}: {sum(ends.values())} runs; ended with {said}", file=sys.stderr)

    def fail_each(self, kind):
        for role in ROLES:
            calls = len(self.trace(role, kind))
            for what in KINDS[kind]:
                for number in self.few(range(1, calls + 1), 1):
                    self.run_with(role, f"{kind}:{number}:{what}")
        self.tell(kind)

    def test_every_read_may_fail(self):
        self.fail_each("read")

    def test_every_write_may_fail(self):
        self.fail_each("write")

    def test_every_sync_may_fail(self):
        self.fail_each("fsync")

    def test_every_open_may_fail(self):
        self.fail_each("open")

    def test_every_rename_may_fail(self):
        self.fail_each("rename")

    def test_every_thread_may_be_refused(self):
        for role in ROLES:
            for number in range(1, 1 + len(self.trace(role, "thread"))):
                self.run_with(role, f"thread:{number}:EAGAIN")
        self.tell("thread")

    def test_every_allocation_may_fail(self):
        # There are 20,000 and more in a role, nearly all at the same places: the first for each of the innermost
        # callers, in the role that has it first.
        seen = set()
        for role in ROLES:
            callers = list(dict.fromkeys(who for _, who in self.trace(role, "alloc") if who not in seen))
            self.assertGreater(len(callers), 100, role)
            seen.update(callers)
            for who in self.few(callers, 2):
                self.run_with(role, f"alloc:1:ENOMEM:{who}")
        self.tell("alloc")

    def points(self, role):
        """Named points of a role: before and after the first and the last call of each kind on each path."""
        seen = collections.defaultdict(list)
        for kind, path in self.trace(role, "any"):
            name = re.sub(r"\d+", "#", path.replace(self.folder, "~"))
            seen[kind, name, path].append(len(seen[kind, name, path]) + 1)
        found = []
        for (kind, name, path), numbers in seen.items():
            part = re.split(r"\d{4,}|:", path)[0] or path
            for which, number in (("first", numbers[0]), ("last", numbers[-1])):
                for what in ("kill", "died"):
                    found.append((f"{role} {kind} {name} {which} {what}", f"{kind}:{number}:{what}:{part}"))
                if len(numbers) == 1:
                    break
        return found

    def test_death_at_each_named_point(self):
        for role in ("send", "receive", "serve"):
            named = self.points(role)
            self.assertGreaterEqual(len(named), 40, f"{role}: {named}")
            for name, fault in self.few(named, 3):
                self.run_with(role, fault, name)
        self.tell("killed at named points")

    def test_death_at_any_call(self):
        for role, share in (("send", 600), ("receive", 800), ("serve", 400), ("call", 200)):
            calls = len(self.trace(role, "any"))
            for _ in range(share if LONG else 2):
                what = self.random.choice(("kill", "died"))
                self.run_with(role, f"any:{self.random.randint(1, calls)}:{what}")
        self.tell("killed at random")


del Roles
# A sanitizer allocates for itself.
if not os.environ.get("P2PC_USE_RELEASE"):
    del Faults.test_every_allocation_may_fail

if __name__ == "__main__":
    p2pc.main()
