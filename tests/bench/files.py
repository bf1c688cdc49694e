"""files: 10,000 small files in 100 folders to tmpfs, `send` of the folder, against tar over a raw socket and rsync."""

import os
import shlex
import shutil

import ssh
from contents import make_tree
from people import Pair, finish, require_same_tree
from stage import median, note
from table import Row, ratio_at_most

NAME = "files"


class Trees:
    """All the ways to copy the tree: name -> a function that does it once: (seconds, CPU seconds)."""

    def __init__(self, stage, source, folder):
        self.stage, self.source, self.target = stage, source, os.path.join(folder, "copy")
        self.pairs = {kind: Pair(stage, kind, folder) for kind in ("tcp", "tls")}
        self.ways = {"tar": self._tar}
        for kind in self.pairs:
            self.ways[f"p2pc {kind}"] = lambda kind=kind: self._p2pc(kind)
        absent = ssh.missing("rsync")
        if absent:
            note(f"not installed, hence not compared with rsync: {', '.join(absent)}")
        else:
            self.ssh = ssh.Ssh(stage)
            self.ways["rsync"] = self._rsync
        self._seen = set()

    def _tar(self):
        """tar | raw socket | tar."""
        os.mkdir(self.target)
        raw = shlex.quote(self.stage.tool("bench_raw"))
        take = f"{raw} receive tcp - | tar -x -C {shlex.quote(self.target)}"
        receiver = self.stage.start_measured(["sh", "-c", take])
        port = receiver.process.expect_record("listening", stream="stderr")["port"]
        give = f"tar -c -C {shlex.quote(self.source)} . | {raw} send tcp {port} -"
        run = finish(self.stage, receiver, ["sh", "-c", give])
        self._settle("tar", self.target)
        return run.seconds, run.cpu

    def _p2pc(self, kind):
        pair = self.pairs[kind]
        run = pair.hand_over(self.source)
        self._settle(f"p2pc {kind}", pair.arrived(self.source))
        pair.clear()
        return run.seconds, run.cpu

    def _rsync(self):
        use, served = self.ssh.measured(self.ssh.rsync(self.source + "/", self.target))
        self._settle("rsync", self.target)
        return use.wall, use.cpu + served

    def _settle(self, way, target):
        if way not in self._seen:
            require_same_tree(self.source, target)
        self._seen.add(way)
        shutil.rmtree(target)


def run(stage):
    count, rounds = (500, 1) if stage.quick else (10000, 7)
    trees = Trees(stage, make_tree(stage.path("tree"), count, 4096), stage.memory_folder())
    runs = {way: [] for way in trees.ways}
    for k in range(rounds):
        note(f"files: round {k + 1} of {rounds}, {count} files each")
        for way, once in trees.ways.items():
            runs[way].append(once())
    wall = {way: median([seconds for seconds, _ in done]) for way, done in runs.items()}
    cpu = {way: median([used for _, used in done]) for way, done in runs.items()}
    return [row for kind in trees.pairs for row in _rows(kind, count, wall, cpu)]


def _rows(kind, count, wall, cpu):
    mine, what, rows = f"p2pc {kind}", f"{kind}, {count} files of 4 KiB", []
    for way, of in (("tar", "tar, raw socket, tar"), ("rsync", "rsync -a over ssh, aes128-gcm")):
        if way in wall:
            ratio, goal = wall[mine] / wall[way], None
            if kind == "tls":
                goal = ratio_at_most(ratio, 1.5) if way == "tar" else ratio_at_most(ratio, 0.5)
            rows.append(Row(NAME, f"{what}, wall s", wall[mine], wall[way], of, goal))
            rows.append(Row(NAME, f"{what}, CPU s, both ends", cpu[mine], cpu[way], of))
    return rows
