"""sizes: the rate against the size of the file, from a byte to 2 GiB, as a table and as a plot (--plot FILE)."""

import os

from bulk import Copies
from contents import GIB, MIB, make_file
from stage import median, note
from svg import plot
from table import Row, machine

NAME = "sizes"
_SIZES = [1, 1 << 10, 1 << 14, 1 << 17, 1 << 20, 1 << 23, 1 << 26, 1 << 29, 1 << 31]
_LEGEND = {
    "p2pc tls": "p2pc, tls", "p2pc tcp": "p2pc, tcp", "raw tls": "bare TLS", "raw tcp": "bare TCP",
    "sftp": "sftp", "rsync": "rsync over ssh", "scp": "scp",
}


def run(stage):
    sizes = [size for size in _SIZES if size <= (8 * MIB if stage.quick else stage.options.size or 2 * GIB)]
    source = stage.path("source")
    copies = Copies(stage, source, stage.memory_folder())
    ways = [way for way in _LEGEND if way in copies.ways]
    rates = {way: [] for way in ways}
    for size in sizes:
        make_file(source, size)
        rounds = 1 if stage.quick else 9 if size <= 8 * MIB else 3
        note(f"sizes: {_named(size)}, {rounds} rounds")
        took = {way: [] for way in ways}
        for _ in range(rounds):
            for way in ways:
                took[way].append(copies.ways[way]()[0])
        for way in ways:
            rates[way].append((size, size / median(took[way])))
    if stage.options.plot:
        _draw(stage.options.plot, sizes, rates)
    return [
        Row(NAME, f"{kind}, {_named(size)}, MB/s", mine / 1e6, bare / 1e6, _LEGEND[f"raw {kind}"])
        for kind in ("tls", "tcp")
        for (size, mine), (_, bare) in zip(rates[f"p2pc {kind}"], rates[f"raw {kind}"])
        if size >= MIB  # below, all there is to see is what a start costs
    ]


def _named(size):
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


def _draw(path, sizes, rates):
    series = {_LEGEND[way]: points for way, points in rates.items()}
    below = f"page cache to tmpfs, start to end of both programs; {machine()}"
    text = plot("Handing over one file", below, series, [(size, _named(size)) for size in sizes])
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    note(f"the plot is {os.path.abspath(path)}")
