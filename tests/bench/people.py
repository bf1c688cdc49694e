"""Pair: two people at a server of one scheme, who hand things over; and the raw copies to compare them with."""

import filecmp
import os
import shutil
import subprocess
import time
from typing import NamedTuple

from stage import LONG


class Run(NamedTuple):
    """From the start of the sending side to the end of both."""

    seconds: float
    sender: object
    receiver: object

    @property
    def cpu(self):
        return self.sender.cpu + self.receiver.cpu


def finish(stage, receiver, sending):
    """Starts what sends to a receiver that waits, and both come to their end."""
    start = time.monotonic()
    sender = stage.start_measured(sending).done()
    received = receiver.done()
    return Run(time.monotonic() - start, sender, received)


class Pair:
    def __init__(self, stage, kind, folder):
        """What arrives is put below `folder`."""
        self.stage, self.kind = stage, kind
        server = stage.server(kind, name="server-" + kind)
        self.alice = stage.person(server, "alice-" + kind)
        self.bob = stage.person(server, "bob-" + kind)
        self.inbox = os.path.join(folder, "inbox-" + kind)

    def receiving(self, *words):
        return self.stage.command("receive", *words, "--from", self.alice.name, home=self.bob, json=True)

    def sending(self, *paths):
        return self.stage.command("send", self.bob.name, *paths, home=self.alice, json=True)

    def hand_over(self, path):
        """`send` to a waiting `receive --once`, into an inbox of its own; clear() takes that away."""
        os.mkdir(self.inbox)
        receiver = self.stage.start_measured(self.receiving("--once", "-o", self.inbox))
        receiver.process.expect_record("listening")
        return finish(self.stage, receiver, self.sending(path))

    def arrived(self, path):
        return os.path.join(self.inbox, os.path.basename(path))

    def clear(self):
        shutil.rmtree(self.inbox)


def raw_copy(stage, kind, source, target, *options):
    """The same by a bare connection. `digest`: both sides hash each 1 MiB, too."""
    receiver = stage.start_measured(stage.raw("receive", kind, target, *options))
    port = receiver.process.expect_record("listening")["port"]
    return finish(stage, receiver, stage.raw("send", kind, port, source, *options))


def require_same_file(source, target, look_inside=True):
    if look_inside and not filecmp.cmp(source, target, shallow=False):
        raise AssertionError(f"{target} differs from what was sent")
    if os.path.getsize(target) != os.path.getsize(source):
        raise AssertionError(f"{target} has another size than what was sent")


def require_same_tree(source, target):
    done = subprocess.run(
        ["diff", "-rq", source, target], stdout=subprocess.PIPE, timeout=LONG, env={"PATH": "/usr/bin:/bin"}
    )
    if done.returncode != 0:
        raise AssertionError(f"{target} differs from what was sent:\n{done.stdout[:2000].decode(errors='replace')}")
