"""bulk: one large file from the page cache to tmpfs, `send` to `receive`, against raw copies and others' programs."""

import os

import ssh
from contents import GIB, MIB, make_file, need_space
from people import Pair, raw_copy, require_same_file
from stage import median, note
from table import Row, figure_below, ratio_at_least, ratio_at_most

NAME = "bulk"
PEERS = ("sftp", "scp", "rsync")


class Copies:
    """All the ways to copy the file: name -> a function that does it once and returns (seconds, CPU seconds)."""

    def __init__(self, stage, source, folder):
        self.stage, self.source = stage, source
        self.target = os.path.join(folder, "copy")
        self.pairs = {kind: Pair(stage, kind, folder) for kind in ("tcp", "tls")}
        self.peaks = {}
        self.ways = {}
        for kind in self.pairs:
            self.ways[f"raw {kind}"] = lambda kind=kind: self._raw(kind)
            self.ways[f"raw {kind} digesting"] = lambda kind=kind: self._raw(kind, "digest")
            self.ways[f"p2pc {kind}"] = lambda kind=kind: self._p2pc(kind)
        self._add_peers()
        self._seen = set()

    def _add_peers(self):
        absent = ssh.missing("rsync")
        peers = [name for name in PEERS if name not in absent]
        if set(absent) - {"rsync"}:
            peers = []
        if absent:
            note(f"not installed, hence not compared with: {', '.join(absent)}")
        if peers:
            self.ssh = ssh.Ssh(self.stage)
        for name in peers:
            self.ways[name] = lambda name=name: self._peer(name)

    def _raw(self, kind, *options):
        run = raw_copy(self.stage, kind, self.source, self.target, *options)
        self._peak(f"raw {kind}", run)
        self._check(f"raw {kind}", self.target)
        os.unlink(self.target)
        return run.seconds, run.cpu

    def _p2pc(self, kind):
        pair = self.pairs[kind]
        run = pair.hand_over(self.source)
        self._peak(f"p2pc {kind}", run)
        self._check(f"p2pc {kind}", pair.arrived(self.source))
        pair.clear()
        return run.seconds, run.cpu

    def _peer(self, name):
        use, served = self.ssh.measured(getattr(self.ssh, name)(self.source, self.target))
        self._check(name, self.target)
        os.unlink(self.target)
        return use.wall, use.cpu + served

    def _check(self, way, target):
        require_same_file(self.source, target, look_inside=way not in self._seen)
        self._seen.add(way)

    def _peak(self, way, run):
        for end in ("sender", "receiver"):
            mib = getattr(run, end).peak_kib / 1024
            self.peaks[way, end] = max(mib, self.peaks.get((way, end), 0))


def run(stage):
    size = stage.options.size or (128 * MIB if stage.quick else 2 * GIB)
    rounds = 1 if stage.quick else 5
    folder = stage.memory_folder()
    need_space(folder, size)
    copies = Copies(stage, make_file(stage.path("source"), size), folder)
    runs = {way: [] for way in copies.ways}
    for k in range(rounds):
        note(f"bulk: round {k + 1} of {rounds}, {size // MIB} MiB each")
        for way, once in copies.ways.items():
            runs[way].append(once())
    rate = {way: median([size / 1e6 / seconds for seconds, _ in done]) for way, done in runs.items()}
    cpu = {way: median([used * GIB / size for _, used in done]) for way, done in runs.items()}
    return [row for kind in copies.pairs for row in _rows(kind, rate, cpu, copies.peaks, stage.quick)]


def _rows(kind, rate, cpu, peaks, quick):
    mine, raw = f"p2pc {kind}", f"raw {kind}"
    copy = "raw TLS copy" if kind == "tls" else "raw socket copy"

    def rated(way, of, goal=None):
        return Row(NAME, f"{kind}, MB/s", rate[mine], rate[way], of, goal)

    def used(way, of, goal=None):
        return Row(NAME, f"{kind}, CPU s/GiB, both ends", cpu[mine], cpu[way], of, goal)

    # What no change may lose, whatever the day.
    floor = 0 if quick or kind == "tcp" else 0.6
    rows = [rated(raw, copy, ratio_at_least(rate[mine] / rate[raw], 0.95, floor=floor)), used(raw, copy)]
    digesting = f"raw {kind} digesting"
    rows.append(rated(digesting, "the same with digests"))
    least_cpu = ratio_at_most(cpu[mine] / cpu[digesting], 1) if kind == "tcp" else None
    rows.append(used(digesting, "the same with digests", least_cpu))
    if kind == "tls":
        for peer in PEERS:
            if peer in rate:
                goal = ratio_at_least(rate[mine] / rate[peer], 2) if peer != "scp" else None
                name = f"{peer}{' over ssh' if peer == 'rsync' else ''}, aes128-gcm"
                rows += [rated(peer, name, goal), used(peer, name)]
    for end in ("sender", "receiver"):
        peak = peaks[mine, end]
        goal = figure_below(peak, 24, required=True)
        rows.append(Row(NAME, f"{kind}, {end}, peak MiB", peak, peaks[raw, end], copy, goal))
    return rows
