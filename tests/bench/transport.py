"""transport: bytes through the plugins, memory to memory, against bare sockets and OpenSSL (bench_transport)."""

import os
import re
import subprocess

from stage import LONG, note
from table import Row

NAME = "transport"
_RATE = re.compile(r"^(.+?) +(\d+) MB/s +([\d.]+) CPU s/GiB", re.M)
_COST = re.compile(r"^(.+?) +([\d.]+) (CPU ms|KiB of heap), (both ends|one end)$", re.M)


def run(stage):
    mebibytes = 256 if stage.quick else 2048
    note(f"transport: {mebibytes} MiB each")
    argv = [stage.tool("bench_transport"), os.path.join(stage.build, "plugins"), str(mebibytes)]
    done = subprocess.run(argv, stdout=subprocess.PIPE, check=True, env=stage.environment(), timeout=LONG)
    said = done.stdout.decode()
    # Each plugin's line stands below its baseline's.
    lines, rows = _RATE.findall(said), []
    for (bare, bare_rate, bare_cpu), (plugin, rate, cpu) in zip(lines[::2], lines[1::2]):
        rows.append(Row(NAME, f"{plugin}, MB/s", float(rate), float(bare_rate), bare))
        rows.append(Row(NAME, f"{plugin}, CPU s/GiB", float(cpu), float(bare_cpu), bare))
    rows += [Row(NAME, f"{what}, {unit}, {ends}", float(figure)) for what, figure, unit, ends in _COST.findall(said)]
    if not rows:
        raise AssertionError(f"bench_transport said nothing that is understood:\n{said}")
    return rows
