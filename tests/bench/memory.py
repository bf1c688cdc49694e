"""memory: the most that either side holds, for a pipe and for a tree of very many files."""

import os
import shlex
import shutil

from contents import MIB, make_file, make_tree
from people import Pair, finish
from stage import note
from table import Row, figure_below

NAME = "memory"
_MOST = 24  # MiB


def run(stage):
    folder = stage.memory_folder()
    pair = Pair(stage, "tls", folder)
    size = 64 * MIB if stage.quick else 2048 * MIB
    files = 5000 if stage.quick else 1000000
    note(f"memory: a pipe of {size // MIB} MiB")
    piped = _pipe(stage, pair, make_file(stage.path("source"), size))
    note(f"memory: a tree of {files} empty files")
    walked = _tree(pair, os.path.join(folder, "tree"), files)
    return _rows(f"a pipe of {size // MIB} MiB", piped) + _rows(f"{files} empty files", walked)


def _pipe(stage, pair, source):
    receiver = stage.start_measured(["sh", "-c", f"exec {shlex.join(pair.receiving('--once', '-o', '-'))} >/dev/null"])
    receiver.process.expect_record("listening", stream="stderr")
    return finish(stage, receiver, ["sh", "-c", f"exec {shlex.join(pair.sending('-'))} <{shlex.quote(source)}"])


def _tree(pair, source, files):
    # Both on tmpfs: a million empty files are all names, and names on a disk would be what is measured.
    make_tree(source, files, 0, per_folder=1000)
    run = pair.hand_over(source)
    arrived = sum(len(names) for _, _, names in os.walk(pair.arrived(source)))
    if arrived != files:
        raise AssertionError(f"{arrived} of {files} files arrived")
    pair.clear()
    shutil.rmtree(source)
    return run


def _rows(what, run):
    rows = []
    for end in ("sender", "receiver"):
        peak = getattr(run, end).peak_kib / 1024
        goal = figure_below(peak, _MOST, required=True)
        rows.append(Row(NAME, f"tls, {what}, {end}, peak MiB", peak, goal=goal))
    return rows
