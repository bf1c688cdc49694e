"""Waiting: what a test waits for arrives, or the test fails with everything that was seen instead.

Nothing polls: whoever collects output wakes whoever waits for it.
"""

import ctypes
import os
import select
import threading
import time

# Generous, since a machine may be busy; a test never waits this long unless it fails.
PATIENCE = float(os.environ.get("P2PC_TEST_PATIENCE", "60"))


def readable(fd, timeout):
    """Whether there is something to read within that many seconds. A descriptor may have any number."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(timeout * 1000))


class Opened:
    """Tells when somebody opens a file, by inotify; its maker's own opening before is not counted."""

    OPEN = 0x20

    def __init__(self, path):
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_CLOEXEC)
        if self._fd < 0 or libc.inotify_add_watch(self._fd, os.fsencode(path), self.OPEN) < 0:
            raise OSError(ctypes.get_errno(), "inotify", path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._fd)

    def wait(self, timeout=None):
        """Several openings before it is called may count as one."""
        if not readable(self._fd, PATIENCE if timeout is None else timeout):
            raise AssertionError("timed out waiting for a file to be opened")
        os.read(self._fd, 4096)


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
