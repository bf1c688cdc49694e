"""growth: time per byte and per file at 1, 10 and 100 times the size: it grows in a straight line, or it does not."""

import os
import shutil

from contents import GIB, MIB, make_file, make_tree, need_space
from people import Pair
from stage import median, note
from table import Row, ratio_at_most

NAME = "growth"
TIMES = (1, 10, 100)


def run(stage):
    base, files, repeats = (256 << 10, 10, (1, 1, 1)) if stage.quick else (32 * MIB, 1000, (9, 5, 3))
    folder = stage.memory_folder()
    need_space(folder, base * TIMES[-1])
    pair = Pair(stage, "tls", folder)
    none = _least_time(stage, pair, 3 if stage.quick else 15)
    bytes_took, files_took = {}, {}
    for times, rounds in zip(TIMES, repeats):
        note(f"growth: {times} times, {rounds} rounds")
        source = make_file(stage.path("source"), base * times)
        bytes_took[times] = _median_run(pair, source, rounds, none, base * times / GIB)
        os.unlink(source)
        tree = make_tree(stage.path("tree"), files * times, 4096)
        files_took[times] = _median_run(pair, tree, rounds, none, files * times / 1e6)
        shutil.rmtree(tree)
    rows = _rows("one file, s/GiB", f"{base >> 10} KiB", bytes_took)
    return rows + _rows("files of 4 KiB, us a file", f"{files} files", files_took)


def _least_time(stage, pair, rounds):
    """What starting both, meeting and ending cost, whatever is sent: one byte is."""
    byte = stage.write_file("byte", b"x")
    return _median_run(pair, byte, rounds, (0, 0), 1)


def _median_run(pair, path, rounds, less, units):
    """(wall, CPU) seconds a unit, less what no unit costs."""
    runs = []
    for _ in range(rounds):
        runs.append(pair.hand_over(path))
        pair.clear()
    return tuple(
        (median([getattr(run, kind) for run in runs]) - without) / units
        for kind, without in zip(("seconds", "cpu"), less)
    )


def _rows(what, unit, took):
    rows = []
    for k, kind in enumerate(("wall", "CPU")):
        least = min(figures[k] for figures in took.values())
        for times, figures in took.items():
            # The CPU is less exact on short runs: the kernel counts it in ticks.
            goal = ratio_at_most(figures[k] / least, 1.1) if kind == "wall" else None
            name = f"tls, {what}, {kind}, {times} x {unit}"
            rows.append(Row(NAME, name, figures[k], least, "the least of the three", goal))
    return rows
