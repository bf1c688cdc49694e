"""first: how soon the first byte of a very large sparse file is there; nothing may be read or hashed before."""

import os
import threading
import time

from people import Pair
from stage import LONG, median, note
from table import Row, figure_below

NAME = "first"
SIZE = 100 << 30


def run(stage):
    rounds = 3 if stage.quick else 15
    source = stage.path("sparse")
    with open(source, "wb") as file:
        file.write(os.urandom(1 << 20))
        file.truncate(SIZE)
    pair = Pair(stage, "tls", stage.folder)
    note(f"first: {rounds} rounds")
    figure = median([_once(stage, pair, source) for _ in range(rounds)]) * 1e3
    return [Row(NAME, "tls, first byte of 100 GiB, sparse, ms", figure, goal=figure_below(figure, 200))]


def _once(stage, pair, source):
    """Seconds from the start of `send` to the first byte that `receive` gives out."""
    came = []
    there = threading.Event()

    def take(_piece):
        if not there.is_set():
            came.append(time.monotonic())
            there.set()

    receiver = stage.spawn(*pair.receiving("--once", "-o", "-")[1:], consume=take)
    receiver.expect_record("listening", stream="stderr")
    start = time.monotonic()
    sender = stage.spawn(*pair.sending(source)[1:])
    if not there.wait(LONG):
        raise AssertionError(f"nothing came\n{sender.stderr}")
    sender.kill()
    receiver.kill()
    return came[0] - start
