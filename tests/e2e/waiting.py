"""Waiting: what a test waits for arrives, or the test fails with everything that was seen instead.

Nothing polls: whoever collects output wakes whoever waits for it.
"""

import os
import threading
import time

# Generous, since a machine may be busy; a test never waits this long unless it fails.
PATIENCE = float(os.environ.get("P2PC_TEST_PATIENCE", "60"))


class Board:
    """Values of one collector, under one condition. `change()` to write, `wait()` to read."""

    def __init__(self):
        self._changed = threading.Condition()
        self.ended = False

    def change(self, write):
        with self._changed:
            write()
            self._changed.notify_all()

    def end(self):
        """Nothing more will come."""
        self.change(lambda: setattr(self, "ended", True))

    def read(self, look):
        with self._changed:
            return look()

    def wait(self, look, what, told, timeout=None):
        """The first true value of `look()`. Fails after `timeout` seconds, or at once when nothing more can
        come; `told()` is what the failure shows."""
        deadline = time.monotonic() + (PATIENCE if timeout is None else timeout)
        with self._changed:
            while True:
                found = look()
                if found:
                    return found
                left = deadline - time.monotonic()
                if self.ended or left <= 0:
                    why = "it ended without" if self.ended else "timed out waiting for"
                    raise AssertionError(f"{why} {what}\n{told()}")
                self._changed.wait(left)
