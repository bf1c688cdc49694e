"""start: `p2pc list` against a local server, against the bare TLS one-shot (and curl, where it is)."""

import shutil
import statistics

from stage import median, note
from table import Row, figure_below

NAME = "start"


def run(stage):
    server = stage.server("tls")
    alice = stage.person(server, "alice")
    _, port = stage.raw_server("echo", "tls")
    commands = {
        "list": stage.command("list", home=alice),
        "bare": stage.raw("once", "tls", port),
    }
    curl = shutil.which("curl")
    if curl:
        commands["curl"] = [curl, "-sk", "-o", "/dev/null", f"https://127.0.0.1:{port}/"]
    rounds = 20 if stage.quick else 200
    note(f"start: {rounds} rounds of {', '.join(commands)}")
    uses = {name: [] for name in commands}
    for _ in range(rounds):
        for name, argv in commands.items():
            uses[name].append(stage.measured(argv))
    return _rows(uses)


def _rows(uses):
    def wall(name):
        return median([use.wall * 1e3 for use in uses[name]])

    def cpu(name):
        # The mean: one run is shorter than the kernel's tick, which it is counted in.
        return statistics.fmean(use.cpu * 1e3 for use in uses[name])

    def peak(name):
        return median([use.peak_kib / 1024 for use in uses[name]])

    bare = "TLS one-shot"
    rows = [
        Row(NAME, "list, wall ms", wall("list"), wall("bare"), bare, figure_below(wall("list"), 10)),
        Row(NAME, "list, CPU ms", cpu("list"), cpu("bare"), bare),
        Row(NAME, "list, peak MiB", peak("list"), peak("bare"), bare),
    ]
    if "curl" in uses:
        rows.append(Row(NAME, "list, wall ms", wall("list"), wall("curl"), "curl over TLS"))
    return rows
