"""wan: files over 100 Mbit/s with 50 ms one way and some loss, beside scp and a bare TCP copy with bbr."""

import os

import ssh
import trips
from contents import make_file
from lab import ADDRESS, Lab, why_not
from messages import under_load
from people import finish, require_same_file
from stage import median, note
from table import Row, figure_at_most, figure_below, figure_at_least, ratio_at_least

NAME = "wan"
MBIT, DELAY_MS = 100, 50
PORT = 9876
MB = 1000 * 1000
# loss -> (sizes in MB, with the least rate of each in Mbit/s)
GOALS = {0: {200: 90, 20: 60}, 0.001: {200: 90, 20: 55}, 0.01: {4: 30}}


class Wan:
    """A server and bob on one side of the link, alice on the other."""

    def __init__(self, stage, lab, loss):
        self.stage, self.lab = stage, lab
        self.folder = stage.memory_folder()
        name = f"wan-{loss}"
        server = stage.home("server-" + name)
        argv = stage.command(
            "serve", "--listen", f"tls://{ADDRESS}:{PORT}", "--db", stage.path(name + ".db"), home=server, json=True
        )
        self.server = lab.start("srv", argv)
        said = self.server.expect_record("listening")
        self.url = f"tls://{ADDRESS}:{PORT}#{said['fingerprint']}"
        self.alice, self.bob = self._person("a", "alice"), self._person("srv", "bob")
        self.peer = None
        if not ssh.missing():
            self.peer = ssh.Ssh(stage, ADDRESS, serving=lab.on("srv"), calling=lab.on("a"))

    def _person(self, host, name):
        home = self.stage.home(f"{name}-{self.folder.rpartition('-')[2]}")
        words = ["register", name, "--server", self.url, "--password-file", home.password_file]
        self.lab.run(host, self.stage.command(*words, home=home))
        return home

    def p2pc(self, source):
        inbox = os.path.join(self.folder, "inbox")
        argv = self.stage.command("receive", "--once", "-o", inbox + "/", "--from", "alice", home=self.bob, json=True)
        receiver = self.stage.start_measured(self.lab.on("srv", argv))
        receiver.process.expect_record("listening")
        sending = self.stage.command("send", "bob", source, home=self.alice, json=True)
        run = finish(self.stage, receiver, self.lab.on("a", sending))
        self._settle(source, os.path.join(inbox, os.path.basename(source)))
        return run.seconds

    def raw(self, source):
        """A bare TCP connection with bbr."""
        target = os.path.join(self.folder, "copy")
        receiver = self.stage.start_measured(self.lab.on("srv", self.stage.raw("receive", "tcp", target, f"at={ADDRESS}")))
        port = receiver.process.expect_record("listening")["port"]
        run = finish(self.stage, receiver, self.lab.on("a", self.stage.raw("send", "tcp", f"{ADDRESS}:{port}", source)))
        self._settle(source, target)
        return run.seconds

    def scp(self, source):
        target = os.path.join(self.folder, "copy")
        seconds = self.stage.measured(self.peer.scp(source, target)).wall
        self._settle(source, target)
        return seconds

    def _settle(self, source, target):
        require_same_file(source, target)
        os.unlink(target)


def run(stage):
    reason = why_not(stage)
    if reason:
        note(f"wan is skipped: {reason}")
        return []
    rows = []
    for loss, sizes in GOALS.items():
        with Lab(stage, DELAY_MS, MBIT, loss) as lab:
            wan = Wan(stage, lab, loss)
            for megabytes, least in sizes.items():
                if not stage.quick or megabytes < 200:
                    rows += _rates(stage, wan, loss, megabytes, least)
            if loss == 0:
                rows += _trips(stage, wan)
                rows += _messages(stage, wan)
            wan.server.terminate()
    return rows


def _rates(stage, wan, loss, megabytes, least):
    rounds = 1 if stage.quick else 2 if megabytes >= 200 else 5
    source = make_file(stage.path(f"{megabytes}MB"), megabytes * MB)
    ways = {"p2pc": wan.p2pc, "bbr": wan.raw}
    if wan.peer and megabytes < 200:
        ways["scp"] = wan.scp
    took = {way: [] for way in ways}
    for k in range(rounds):
        note(f"wan: {megabytes} MB, loss {loss:.1%}, round {k + 1} of {rounds}")
        for way, once in ways.items():
            took[way].append(once(source))
    rate = {way: median([megabytes * 8 / seconds for seconds in some]) for way, some in took.items()}
    what, mine = f"tls, {megabytes} MB, loss {loss:.1%}, Mbit/s", rate["p2pc"]
    rows = [Row(NAME, what, mine, rate["bbr"], "TCP with bbr, no set-up", figure_at_least(mine, least))]
    if loss == 0.01:
        rows.append(Row(NAME, what, mine, rate["bbr"], "TCP with bbr", ratio_at_least(mine / rate["bbr"], 1)))
    if "scp" in rate:
        rows.append(Row(NAME, what, mine, rate["scp"], "scp, aes128-gcm", ratio_at_least(mine / rate["scp"], 1.4)))
    return rows


def _trips(stage, wan):
    trace = wan.lab.trace()
    wan.p2pc(make_file(stage.path("1MB"), MB))
    trace.close_stdin()
    found = trips.count(trace.expect_record("packets")["packets"], PORT)
    return [
        Row(NAME, "tls, round trips to the server", found.server, goal=figure_at_most(found.server, 3)),
        Row(NAME, "tls, round trips to the peer before data", found.peer, goal=figure_at_most(found.peer, 3)),
        Row(NAME, "tls, ms to the first data", found.seconds * 1e3, 2.0 * DELAY_MS, "a round trip"),
    ]


def _messages(stage, wan):
    note("wan: messages while a file flows")
    source = make_file(stage.path("load"), (40 if stage.quick else 200) * MB)
    took = under_load(stage, wan, source)
    rows = []
    for share, what in ((0.5, "p50"), (0.99, "p99")):
        # Delivered: shown by the other side.
        ms = took[int(share * (len(took) - 1))] * 1e3
        goal = figure_below(ms, 100) if what == "p99" else None
        rows.append(Row(NAME, f"tls, message while a file flows, {what} ms", ms, DELAY_MS, "one way", goal))
    return rows
