"""A town: a server with a front, and people who know each other as far as they should when a lie begins."""

import copy
import os
import shutil
import threading

import stage  # for the path to the others
import encode as e
import p2pc
import people
import scenes
import visits
from accepted import TlsAccepted
from ed25519 import Key
from front import Front
from wire import Stream

LIMITS = ["--limit", "registrations=100000", "--limit", "requests=10000", "--limit", "burst=100000",
          "--listen", "tls://127.0.0.1:0"]
PEOPLE = ("alice", "bob", "dora")
PREPARING = threading.Lock()


class Town(p2pc.Case):
    """The first one is founded; others are `like` it, with the same people and a server and a front of their own."""

    in_memory = True
    like = None

    def setUp(self):
        super().setUp()
        if self.like is None:
            self._found()
        else:
            self._move_in(self.like)

    # Whoever has a login elsewhere asks this town's front.

    def run_p2pc(self, *args, env=None, **options):
        return super().run_p2pc(*args, env={"P2PC_SERVER": self.url, **(env or {})}, **options)

    def spawn(self, *args, env=None, **options):
        told = {} if args[0] == "serve" else {"P2PC_SERVER": self.url}
        return super().spawn(*args, env={**told, **(env or {})}, **options)

    def end_programs(self):
        """All but the server."""
        while len(self._started) > 1:
            self._started.pop().close()

    def _open(self):
        self.server_at = self.server("tcp", LIMITS)
        self.fingerprint = self.server_at.fingerprint
        endpoints = self.server_at.process.records[0]["endpoints"]
        self.tls_port = next(int(at.rpartition(":")[2]) for at in endpoints if at.startswith("tls:"))
        self.front = Front(self.server_at.port)
        self.addCleanup(self.front.close)
        self.url = f"tcp://127.0.0.1:{self.front.port}#{self.fingerprint}"

    def _move_in(self, first):
        shutil.copy(first.server_at.database, self.path("server.db"))
        self.founding_key, self.carol, self.digits = first.founding_key, first.carol, first.digits
        self.snapshots = first.snapshots
        self._open()
        self.front.known = copy.deepcopy(first.front.known)

    def _found(self):
        with PREPARING:
            TlsAccepted.present(Key(bytes(range(32))))
        self._open()
        self.founding_key = self._founding_key()
        os.makedirs(self.path("second"))
        for name in PEOPLE:
            self._enter("register", name, self.home(name))
        for name in ("alice", "bob"):
            self._enter("login", name, p2pc.Home(self.path("second"), name), "--device", "second")
        # dora is asked at her second device, which is not on the list of before.
        shutil.rmtree(self.home("dora").path)
        self._enter("login", "dora", self.home("dora"), "--device", "second")
        self.run_ok("list", home=self.home("dora"))
        self.carol = people.Account("carol", self.founding_key)
        self.carol.serial = 2
        self.snapshots = {"new": self.folder}
        self._meet()
        self.server_at.stop()

    def _enter(self, verb, name, home, *more):
        self.run_ok(verb, name, "--server", self.url, "--password-file", home.password_file, *more, home=home)

    def _founding_key(self):
        stream = Stream(self.server_at.port, "127.0.0.1")
        key = e.first(people.Opening(stream, e.hello(e.PROBE, nonce=bytes(32))).answered(), 6)
        stream.close()
        return key

    def _meet(self):
        """The snapshots after a first contact, and after the digits were compared."""
        met = stage.Stage(self, "new", "-meeting", scenes.Message())
        for scene in (scenes.Message(), visits.Visit()):
            met.scene, met.visitor = scene, visits.Visitor(self.carol)
            met.rightful.add(("carol", met.secret))
            outcome = scene.run(met)
            self.assertTrue(scene.done_right(met, outcome), str(outcome))
        met.close()
        self.snapshots["pinned"] = met.folder
        compared = stage.Stage(self, "pinned", "-comparing", scenes.Message())
        for home, other in ((compared.alice, "bob"), (compared.bob, "alice")):
            self.digits = self.run_ok("trust", "show", other, home=home, json=True).record("pin")["digits"]
            self.run_ok("trust", "verify", other, "--digits", self.digits, home=home)
        self.snapshots["verified"] = compared.folder
