"""bulk: one large file from the page cache to tmpfs, `send` to `receive`, against raw copies of the same file."""

import filecmp
import os
import shutil
import time
from typing import NamedTuple

from stage import median, note
from table import Row, figure_below, ratio_at_least

NAME = "bulk"
MIB = 1024 * 1024
GIB = 1024 * MIB


class Run(NamedTuple):
    seconds: float
    sender: object
    receiver: object


class Pair:
    """Two people at a server of one scheme, and the raw copy of that kind."""

    def __init__(self, stage, kind, source, folder):
        self.stage, self.kind, self.source, self.folder = stage, kind, source, folder
        server = stage.server(kind, name="server-" + kind)
        self.alice = stage.person(server, "alice-" + kind)
        self.bob = stage.person(server, "bob-" + kind)
        self.compared = False

    def raw(self):
        target = os.path.join(self.folder, "raw")
        receiver = self.stage.start_measured(self.stage.raw("receive", self.kind, target))
        port = receiver.process.expect_record("listening")["port"]
        return self._run(receiver, self.stage.raw("send", self.kind, port, self.source), target)

    def p2pc(self):
        inbox = os.path.join(self.folder, "inbox")
        os.mkdir(inbox)
        receiver = self.stage.start_measured(
            self.stage.command("receive", "--once", "-o", inbox, "--from", self.alice.name, home=self.bob, json=True)
        )
        receiver.process.expect_record("listening")
        sending = self.stage.command("send", self.bob.name, self.source, home=self.alice, json=True)
        run = self._run(receiver, sending, os.path.join(inbox, os.path.basename(self.source)))
        shutil.rmtree(inbox)
        return run

    def _run(self, receiver, sending, target):
        start = time.monotonic()
        sender = self.stage.start_measured(sending).done()
        received = receiver.done()
        seconds = time.monotonic() - start
        if not self.compared and not filecmp.cmp(self.source, target, shallow=False):
            raise AssertionError(f"{target} differs from what was sent")
        if os.path.getsize(target) != os.path.getsize(self.source):
            raise AssertionError(f"{target} has another size than what was sent")
        os.unlink(target)
        return Run(seconds, sender, received)


def run(stage, size=None):
    size = size or (128 * MIB if stage.quick else 2 * GIB)
    rounds = 1 if stage.quick else 5
    folder = stage.memory_folder()
    _need_space(folder, size)
    _need_space(stage.folder, size)
    source = _source(stage, size)
    pairs = [Pair(stage, kind, source, folder) for kind in ("tcp", "tls")]
    runs = {(pair.kind, what): [] for pair in pairs for what in ("raw", "p2pc")}
    for k in range(rounds):
        note(f"bulk: round {k + 1} of {rounds}, {size // MIB} MiB each")
        for pair in pairs:
            runs[pair.kind, "raw"].append(pair.raw())
            runs[pair.kind, "p2pc"].append(pair.p2pc())
            pair.compared = True
    return [row for pair in pairs for row in _rows(pair.kind, runs, size, stage.quick)]


def _need_space(folder, size):
    free = shutil.disk_usage(folder).free
    if free < size + 64 * MIB:
        raise AssertionError(f"{folder} has {free // MIB} MiB free: too little for {size // MIB} MiB (--size)")


def _source(stage, size):
    """A file no two mebibytes of which are alike, in the page cache."""
    path = stage.path("source")
    body = os.urandom(MIB - 8)
    with open(path, "wb") as file:
        for k in range(size // MIB):
            file.write(k.to_bytes(8, "big") + body)
        file.write(body[: size % MIB])
    # Written back now, not while others are timed.
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)
    with open(path, "rb", buffering=0) as file:
        while file.read(MIB):
            pass
    return path


def _rows(kind, runs, size, quick):
    def rate(what):
        return median([size / 1e6 / r.seconds for r in runs[kind, what]])

    def cpu(what):
        return median([(r.sender.cpu + r.receiver.cpu) * GIB / size for r in runs[kind, what]])

    def peak(what, end):
        return max(getattr(r, end).peak_kib / 1024 for r in runs[kind, what])

    copy = "raw TLS copy" if kind == "tls" else "raw socket copy"
    reached = rate("p2pc") / rate("raw")
    goal = ratio_at_least(reached, 0.6, required=not quick) if kind == "tls" else None
    rows = [
        Row(NAME, f"{kind}, MB/s", rate("p2pc"), rate("raw"), copy, goal),
        Row(NAME, f"{kind}, CPU s/GiB, both ends", cpu("p2pc"), cpu("raw"), copy),
    ]
    for end in ("sender", "receiver"):
        mine = peak("p2pc", end)
        rows.append(
            Row(NAME, f"{kind}, {end}, peak MiB", mine, peak("raw", end), copy, figure_below(mine, 32, required=True))
        )
    return rows
