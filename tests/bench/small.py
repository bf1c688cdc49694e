"""small: one byte handed over, from the start of `send` to its end, with `receive` waiting."""

import os

import ssh
from people import Pair, raw_copy
from stage import median, note
from table import Row, figure_below

NAME = "small"


def run(stage):
    rounds = 5 if stage.quick else 50
    folder = stage.memory_folder()
    source = stage.write_file("byte", b"x")
    target = os.path.join(folder, "byte")
    pairs = {kind: Pair(stage, kind, folder) for kind in ("tcp", "tls")}
    for pair in pairs.values():
        os.mkdir(pair.inbox)
        receiver = stage.spawn(*pair.receiving("-o", pair.inbox)[1:])
        receiver.expect_record("listening")
    others = None if ssh.missing() else ssh.Ssh(stage)
    took = {}
    note(f"small: {rounds} rounds")
    for _ in range(rounds):
        for kind, pair in pairs.items():
            took.setdefault(f"p2pc {kind}", []).append(stage.measured(pair.sending(source)).wall)
            os.unlink(pair.arrived(source))
            took.setdefault(f"raw {kind}", []).append(raw_copy(stage, kind, source, target).sender.wall)
            os.unlink(target)
        if others:
            took.setdefault("scp", []).append(stage.measured(others.scp(source, target)).wall)
            os.unlink(target)
    wall = {way: median(seconds) * 1e3 for way, seconds in took.items()}
    rows = []
    for kind in ("tls", "tcp"):
        mine = wall[f"p2pc {kind}"]
        copy = "raw TLS copy" if kind == "tls" else "raw socket copy"
        rows.append(Row(NAME, f"{kind}, one byte, wall ms", mine, wall[f"raw {kind}"], copy, figure_below(mine, 30)))
        if others and kind == "tls":
            rows.append(Row(NAME, f"{kind}, one byte, wall ms", mine, wall["scp"], "scp"))
    return rows
