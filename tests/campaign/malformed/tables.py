"""Runs tables of cases against a real server or a real client that listens; what the test_*.py here have in common.

Each input must get what docs/protocol.md says, within a second, and an honest login or call must work within a
second after it.
"""

import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "e2e")]

import p2pc
from process import SANITIZERS

import encode as e
import world
from expect import Anything

LONG = bool(os.environ.get("P2PC_MALFORMED_LONG"))
SHOWN = 30  # failures of one table
MIB = 1 << 20
ROOM = 64 * MIB  # what a program may have grown by in a run: caches and tables, not one leak an input

# What the address sanitizer holds back of freed memory would look like growth.
SANITIZERS["ASAN_OPTIONS"] += ":quarantine_size_mb=8"


def resident(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


class Malformed(p2pc.Case):
    """Runs tables of cases against one process, after each of which somebody honest is served."""

    in_memory = True
    put = b""

    def serve(self, scheme="tcp"):
        server = self.server(scheme, ["--limit", "registrations=100000", "--limit", "requests=10000",
                                      "--limit", "burst=100000"])
        self.people = world.World(server)
        self.addCleanup(self.people.close)
        return server

    def run_tables(self, process, honest, *tables):
        """`tables`: (what, stage, cases)."""
        failures, count, before = [], 0, resident(process)
        for what, stage, cases in tables:
            for case in cases:
                count += 1
                try:
                    world.patiently(lambda: self.try_case(stage, case))
                    world.patiently(honest)
                except (AssertionError, OSError) as error:
                    failures.append(f"{what}: {case.name}: it must be {case.expect}. {error!r}{self.input(case)}")
                if not process.running():
                    failures.append(f"{what}: {case.name}: the process is gone")
                    break
        grown = (resident(process) - before) if process.running() else 0
        print(f"{self.id().rpartition('.')[2]}: {count} inputs, {len(failures)} wrong, slowest"
              f" {world.patiently.slowest:.2f} s, grown by {grown / MIB:.1f} MiB", file=sys.stderr)
        if failures:
            self.fail("\n" + "\n".join(failures[:SHOWN]))
        self.assertLess(grown, ROOM)

    def input(self, case):
        """What nobody can look up in a table."""
        return f", after {self.put.hex()}" if isinstance(case.expect, Anything) else ""

    def try_case(self, stage, case):
        opened = stage.open()
        try:
            self.put = case.bytes_for(opened)
            stage.put(opened, self.put)
            case.expect.judge(stage, opened)
        finally:
            placed = self.placed()
            opened.stream.close()
            if hasattr(opened, "first"):
                opened.first.stream.close()
        if case.placed is not None:
            self.assertEqual(placed, sorted(case.placed))

    def placed(self):
        """Takes away what was placed; its names."""
        return []


class AtAClient(Malformed):
    def listen(self, *words):
        """A real client of bob's that listens over tcp."""
        server = self.serve()
        bob = self.person(server, "bob")
        os.makedirs(self.path("reach", "inbox"))
        client = self.spawn(*words, "--from", ",".join(["alice", *world.EVES]), home=bob, json=True,
                            cwd=self.path("reach"))
        self.door_port = int(client.expect_record("listening")["endpoints"][0].rpartition(":")[2])
        self.honest = world.Call(self.people, "bob")
        self.addCleanup(self.honest.line.stream.close)
        used = self.people.eve_line().meet("bob", e.CHAT if words[0] == "chat" else e.FILES)
        self.people.used = used.call
        used.stream.close()
        return client

    def placed(self):
        if not os.path.isdir(self.path("reach")):
            return []  # here the server is tried
        self.assertEqual(os.listdir(self.path("reach")), ["inbox"])
        inbox = self.path("reach", "inbox")
        there = sorted(name for name in os.listdir(inbox) if name != ".p2pc-partial")
        for name in there:
            path = os.path.join(inbox, name)
            self.assertFalse(os.lstat(path).st_mode & 0o6000, name)
            if os.path.isdir(path):
                shutil.rmtree(path)
            else:
                os.remove(path)
        return there

    def end(self, client):
        """Ends it in order; all it has told is records, and what was said, was said by who was let in."""
        self.assertIn(client.terminate(), (0, 143))
        said = {record["from"] for record in client.records if record["type"] == "message"}
        self.assertLessEqual(said, {"alice", *world.EVES})
