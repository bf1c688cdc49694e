"""Telling accounts apart: does a server answer a wrong password for a name it knows as for one it does not?

    accounts.py [COUNT [SEED [DELAY]]]

Seeds a database with COUNT accounts (default 5000), serves it, and asks COUNT known and COUNT unknown names for a
login with a wrong password, each from an address of its own, in an order drawn from SEED. DELAY is the server's
`failure-delay` (default 50ms, the lowest: what hides its work most poorly). Prints the figures of docs/assurance.md;
exits with 1 when a reply differs or the medians are more than 2 % apart.

In the environment: P2PC_BINARY, and P2PC_BUILD, where campaign_accounts and the plugins are.
"""

import collections
import os
import random
import statistics
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import p2pc  # noqa: E402

AT_ONCE = 4
MOST_APART = 0.02


class Ask(p2pc.Case):
    """One run of the program against a server; the short form is the test."""

    count, seed, delay = 200, random.SystemRandom().getrandbits(32), "50ms"

    def tool(self, *argv):
        build = os.environ["P2PC_BUILD"]
        done = subprocess.run([os.path.join(build, "tests", "campaign_accounts"), *map(str, argv)],
                              stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 0, argv)
        return done.stdout

    def ask(self):
        """{"known": [(seconds, reply)], "unknown": [...]}"""
        server = p2pc.Server(self, args=("--limit", f"failure-delay={self.delay}"))
        self.tool("seed", server.database, self.count)
        server.start()
        told = self.tool("ask", os.path.join(os.environ["P2PC_BUILD"], "plugins"), server.url, self.count, self.seed,
                         AT_ONCE)
        tries = collections.defaultdict(list)
        for line in told.splitlines():
            kind, took, reply = line.split(" ", 2)
            tries[kind].append((int(took) / 1e9, reply))
        self.assertEqual((len(tries["known"]), len(tries["unknown"])), (self.count, self.count))
        return tries

    def test_a_wrong_password_is_answered_alike_for_known_and_unknown_names(self):
        with self.subTest(seed=self.seed):
            tries = self.ask()
            replies = {kind: collections.Counter(reply for _, reply in of) for kind, of in tries.items()}
            self.assertEqual(len(replies["known"]), 1, replies)
            self.assertEqual(replies["known"], replies["unknown"])
            self.tell(tries)

    def tell(self, tries):
        pass


class Long(Ask):
    """All of it, and how long the replies took."""

    def tell(self, tries):
        seconds = {kind: [took for took, _ in of] for kind, of in tries.items()}
        medians = {kind: statistics.median(of) for kind, of in seconds.items()}
        apart = abs(medians["known"] - medians["unknown"]) / medians["unknown"]
        print(f"{self.count} known and {self.count} unknown names, seed {self.seed}, failure-delay {self.delay}")
        print(f"the reply, the same for all: {tries['known'][0][1]}")
        for kind, of in seconds.items():
            ninth, last = statistics.quantiles(of, n=10)[8], statistics.quantiles(of, n=100)[98]
            print(f"{kind}: median {medians[kind] * 1e3:.3f} ms, 90 % {ninth * 1e3:.3f} ms, 99 % {last * 1e3:.3f} ms")
        print(f"medians {apart:.3%} apart")
        self.assertLess(apart, MOST_APART)


def main(argv):
    if len(argv) > 3 or any(word.startswith("-") for word in argv):
        print(__doc__)
        return 2
    Long.count = int(argv[0]) if argv else 5000
    Long.seed = int(argv[1]) if len(argv) > 1 else Long.seed
    Long.delay = argv[2] if len(argv) > 2 else Long.delay
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Long)
    return 0 if unittest.TextTestRunner().run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    if os.environ.get("P2PC_CAMPAIGN") == "short":
        unittest.main(defaultTest="Ask")
    sys.exit(main(sys.argv[1:]))
