"""A lying server and a man in the middle: every lie of the tables is told to real programs, which must see through it.

P2PC_CAMPAIGN=long tells each in every state of trust it is for; P2PC_LIES names some (a part of `table: name`), and
P2PC_LIES_AT_ONCE says how many at a time.
"""

import os
import queue
import sys
import threading
import time
import unittest

import stage as staging  # first: it has the path to the others
import lie as lying
import tables
import town

LONG = os.environ.get("P2PC_CAMPAIGN") == "long"
AT_ONCE = int(os.environ.get("P2PC_LIES_AT_ONCE", "16"))  # most of them wait


class Teller(town.Town):
    """Tells one lie after another in a town of its own."""

    def __init__(self, first, waiting, failures):
        super().__init__("tell_all")
        self.like, self.waiting, self.failures, self.told, self.longest = first, waiting, failures, 0, (0.0, "")

    def tell_all(self):
        while True:
            try:
                lie, name = self.waiting.get_nowait()
            except queue.Empty:
                return
            self.told += 1
            began = time.monotonic()
            try:
                self.tell(lie, name)
            except (AssertionError, OSError) as error:
                self.failures.append(f"{lie.liar}: {lie.name} ({lie.scene}, {name}): it must be seen as {lie.sees}."
                                     f" {error}")
            self.longest = max(self.longest, (time.monotonic() - began, lie.name))

    def tell(self, lie, name):
        stage = staging.Stage(self, name, self.told, lie.scene)
        try:
            before = stage.all_pins()
            lie.tell(stage)
            lying.judge(lie, stage, lie.scene.run(stage), before)
            # Without the lie the same people, with what it has left, must succeed.
            stage.begin_again()
            lying.judge_control(lie, stage, lie.scene.run(stage))
        finally:
            stage.close()
            self.end_programs()


class Lies(town.Town):
    def test_every_lie_is_seen_through(self):
        waiting, failures, results, tellers = queue.Queue(), [], [], []
        for telling in tables.tellings(LONG, os.environ.get("P2PC_LIES", "")):
            waiting.put(telling)
        count, began = waiting.qsize(), time.monotonic()
        self.assertTrue(count, "there is no such lie")

        def work(teller):
            result = unittest.TestResult()
            teller.run(result)
            results.extend(why for _, why in result.errors + result.failures)

        tellers = [Teller(self, waiting, failures) for _ in range(min(AT_ONCE, count))]
        workers = [threading.Thread(target=work, args=(teller,)) for teller in tellers]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        longest = max(teller.longest for teller in tellers)
        print(f"{count} lies told, {len(failures)} not seen through, {time.monotonic() - began:.1f} s; the longest took"
              f" {longest[0]:.1f} s ({longest[1]})", file=sys.stderr)
        if results or failures:
            self.fail("\n\n".join(results + failures))


if __name__ == "__main__":
    unittest.main()
