"""login: key logins a second against bare TLS handshakes, and what an idle client costs the server in memory."""

import os
import resource
import subprocess

from process import Process
from stage import median, note
from table import Row, figure_below, ratio_at_least

NAME = "login"
_WARM = 50  # logins before memory is looked at: what is made once is made then


class Logins:
    """A server on a database with many accounts, and the program that logs them in."""

    def __init__(self, stage, accounts):
        self.stage, self.accounts = stage, accounts
        self.database = stage.path("login.db")
        subprocess.run(
            [stage.tool("bench_login"), "seed", self.database, str(accounts)], check=True, env=stage.environment()
        )

    def server(self):
        server = self.stage.server("tls", ["--max-connections", str(self.accounts + 1000)], name="login")
        return server

    def rate(self, server, count):
        done = self.stage.output(self._load(server, count, "drop"))
        return done["count"] / done["seconds"]

    def memory(self, count):
        """KiB a client at a fresh server."""
        server = self.server()
        self.rate(server, _WARM)
        before = _resident_kib(server.process)
        load = self.stage.keep(Process(self._load(server, count, "hold"), self.stage.environment()))
        load.expect_record("in", count=count, timeout=300)
        grown = _resident_kib(server.process) - before
        load.close_stdin()
        _ended(load)
        if server.stop() != 0:
            raise AssertionError(f"the server ended badly\n{server.process.stderr}")
        return grown / count

    def _load(self, server, count, after):
        plugins = os.path.join(self.stage.build, "plugins")
        threads = len(os.sched_getaffinity(0))
        return [self.stage.tool("bench_login"), "load", plugins, server.url, str(count), str(threads), after]


class Handshakes:
    """The same by bare OpenSSL."""

    def __init__(self, stage):
        self.stage = stage
        _, self.port = stage.raw_server("echo", "tls")

    def rate(self, count):
        done = self.stage.output(self.stage.raw("handshakes", "tls", self.port, count, 8))
        return done["count"] / done["seconds"]

    def memory(self, count):
        server, port = self.stage.raw_server("keep", "tls")
        self._held(port, _WARM).close_stdin()
        before = _resident_kib(server)
        load = self._held(port, count)
        grown = _resident_kib(server) - before
        load.close_stdin()
        _ended(load)
        server.kill()
        return grown / count

    def _held(self, port, count):
        load = self.stage.keep(Process(self.stage.raw("hold", "tls", port, count), self.stage.environment()))
        load.expect_record("held", count=count, timeout=300)
        return load


def run(stage):
    crowds, count, rounds = ([200], 200, 1) if stage.quick else ([1000, 10000], 1000, 5)
    logins, bare = Logins(stage, _bounded(max(crowds))), Handshakes(stage)
    server = logins.server()
    rates = {"login": [], "bare": []}
    for k in range(rounds):
        note(f"login: round {k + 1} of {rounds}, {count} each")
        rates["bare"].append(bare.rate(count))
        rates["login"].append(logins.rate(server, count))
    server.stop()
    mine, theirs = median(rates["login"]), median(rates["bare"])
    rows = [Row(NAME, "key logins/s", mine, theirs, "TLS handshakes/s", ratio_at_least(mine / theirs, 0.8))]
    for crowd in map(_bounded, crowds):
        note(f"login: {crowd} idle clients")
        kib = logins.memory(crowd)
        rows.append(
            Row(NAME, f"{crowd} idle clients, KiB each", kib, bare.memory(crowd), "bare OpenSSL", figure_below(kib, 20))
        )
    return rows


def _bounded(count):
    """As many as the system's limit on descriptors lets one process have."""
    return min(count, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 500)


def _ended(load):
    code = load.wait()
    if code != 0:
        raise AssertionError(f"{load.argv} ended with {code}\n{load.stderr}")


def _resident_kib(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
