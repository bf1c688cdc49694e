"""Roles: each runs its part of the main job once with a call that fails in it, and says what must still hold.

A role is run over and over on the same server and homes: what a fault left behind is found by the next run.
"""

import os
import re
import shutil
import signal
import sqlite3

import p2pc

KINDS = {
    "alloc": ("ENOMEM",),
    "thread": ("EAGAIN",),
    "read": ("EIO", "EINTR", "short"),
    "write": ("EIO", "ENOSPC", "EINTR", "short"),
    "fsync": ("EIO", "ENOSPC", "EINTR"),
    "open": ("EIO", "ENOSPC", "EINTR"),
    "rename": ("EIO", "ENOSPC", "EINTR"),
}
LONGEST = 40  # seconds a run may take; more is a hang
DOCUMENTED = set(range(14))


class Fault:
    """What happens to whom: as the preloaded library has it. `deadly`: it ends the process."""

    def __init__(self, text, trace=None):
        self.text, self.trace = text, trace
        self.deadly = ":kill" in text or ":died" in text

    def environment(self):
        env = {"LD_PRELOAD": os.environ["P2PC_FAILING_CALLS"], "P2PC_FAULT": self.text}
        if self.trace:
            env["P2PC_FAULT_TRACE"] = self.trace
        env["ASAN_OPTIONS"] = p2pc.SANITIZERS["ASAN_OPTIONS"] + ":verify_asan_link_order=0"
        return env


class Roles(p2pc.Case):
    """The stage: a server, alice who sends and bob who receives; `contents` of one file and a small tree."""

    in_memory = True

    def setUp(self):
        super().setUp()
        self.host = self.server()
        self.alice, self.bob = self.person(self.host, "alice"), self.person(self.host, "bob")
        self.content = os.urandom(700_000)
        self.write_file("out/file.bin", self.content)
        for number in range(5):
            self.write_file(f"out/tree/{number % 2}/{number}.txt", b"%d" % number * 1000)
        self.runs = 0
        self.failed = set()  # entries of the trees in the inbox, as the ends told
        self.inbox("pinned")
        self.deliver("pinned", None, None)

    # Ends.

    def end(self, process, fault=None):
        """Its exit code; how it ended is as documented, unless the fault ended it."""
        code = process.wait(LONGEST)
        if fault and fault.deadly and code == 128 + signal.SIGKILL:
            return code
        self.assertIn(code, DOCUMENTED, process._told())
        if code != 0:
            self.assertIn("p2pc: ", process.stderr, process._told())
        return code

    def begin(self, *args, home, fault, **options):
        return self.spawn(*args, home=home, json=True, env=fault.environment() if fault else None, **options)

    def inbox(self, name):
        os.makedirs(self.path(name), exist_ok=True)
        return name

    # A delivery, as every run of `send` and `receive` makes one.

    def deliver(self, inbox, sender_fault, receiver_fault):
        """A message, a file and a tree. Returns both exit codes; what is said to have arrived has."""
        receiver = self.begin("receive", "--once", "--wait=20s", "--from", "alice", "-o", inbox,
                              home=self.bob, fault=receiver_fault)
        try:
            receiver.expect_record("listening", timeout=LONGEST)
        except AssertionError:
            return None, self.end(receiver, receiver_fault)
        sender = self.begin("send", "--retry-for", "2s", "--timeout", "10s", "bob", "-m", "the message",
                            self.path("out/file.bin"), self.path("out/tree"), home=self.alice, fault=sender_fault)
        sent = self.end(sender, sender_fault)
        if receiver.running() and sent != 0:
            receiver.signal(signal.SIGTERM)
            received = receiver.wait(LONGEST)
            if received == 128 + signal.SIGTERM:
                received = None
        else:
            received = self.end(receiver, receiver_fault)
        for process in (sender, receiver):
            self.failed |= {r.get("source", r["name"]).removeprefix(self.path("out/"))
                            for r in self.whole_records(process)
                            if r["type"] == "file" and r["state"] in ("failed", "refused")}
        self.check_inbox(inbox, whole=sent == 0)
        if sent == 0:
            said = [r.get("text") for r in receiver.records if r["type"] == "message"]
            self.assertEqual(said, ["the message"], receiver._told())
        return sent, received

    def check_inbox(self, inbox, whole):
        """What stands there under a final name is whole; with `whole` everything is there. An item that was
        sent again though it had arrived has a number."""
        there = set(os.listdir(self.path(inbox))) - {".p2pc-partial"}
        files = [name for name in there if re.fullmatch(r"file( \(\d\))?\.bin", name)]
        trees = [name for name in there if re.fullmatch(r"tree( \(\d\))?", name)]
        self.assertEqual(there, {*files, *trees})
        for name in files:
            self.assertEqual(self.read_file(inbox, name), self.content)
        lacking = [self.lacks(inbox, name) for name in trees]
        if whole:
            self.assertTrue(files and False in lacking, there)

    def lacks(self, inbox, tree):
        """Whether entries are missing that one of the ends named; no other may be."""
        missing = False
        for number in range(5):
            path = f"{number % 2}/{number}.txt"
            if os.path.exists(self.path(inbox, tree, path)):
                self.assertEqual(self.read_file(inbox, tree, path), b"%d" % number * 1000)
            else:
                self.assertTrue(self.said_failed("tree/" + path), f"{tree}/{path} is missing, and nobody said so")
                missing = True
        return missing

    def said_failed(self, path):
        """An entry of a tree, or a folder it is in, that one of the two ends named."""
        return any(path == name or path.startswith(name + "/") for name in self.failed)

    def transfer(self, sender_fault, receiver_fault):
        self.runs += 1
        self.failed = set()
        inbox = self.inbox(f"inbox-{self.runs}")
        codes = self.deliver(inbox, sender_fault, receiver_fault)
        if codes[0] != 0:
            # What did not arrive does, when the same is said again.
            self.assertEqual(self.deliver(inbox, None, None), (0, 0), f"after {codes}")
        shutil.rmtree(self.path(inbox))
        return codes

    # Roles: each takes a fault and returns how it ended.

    def send(self, fault):
        return self.transfer(fault, None)[0]

    def receive(self, fault):
        return self.transfer(None, fault)[1]

    def login(self, fault):
        """A new device each time, which another command uses and removes."""
        self.runs += 1
        home = self.home(f"device-{self.runs}")
        words = ("login", "alice", "--device", "d", "--server", self.host.url, "--password-file", home.password_file)
        code = self.end(self.begin(*words, home=home, fault=fault), fault)
        if code != 0:
            self.end_ok(*words, home=home)
        self.end_ok("list", home=home)
        self.end_ok("logout", "--all", home=self.alice)
        shutil.rmtree(home.path)
        return code

    def end_ok(self, *args, home):
        process = self.begin(*args, home=home, fault=None)
        self.assertEqual(process.wait(LONGEST), 0, process._told())

    def call(self, fault):
        """A conversation: what was said to be delivered was shown to the other."""
        bob = self.begin("chat", "--from", "alice", home=self.bob, fault=None)
        bob.expect_record("listening")
        alice = self.begin("chat", "bob", home=self.alice, fault=fault)
        try:
            for text in ("one", "two"):
                alice.write_record(type="message", text=text)
            alice.close_stdin()
        except OSError:
            pass  # it has ended
        code = self.end(alice, fault)
        delivered = [r["text"] for r in self.whole_records(alice) if r["type"] == "message" and
                     r["state"] == "delivered"]
        bob.signal(signal.SIGTERM)
        bob.wait(LONGEST)
        shown = [r["text"] for r in bob.records if r["type"] == "message"]
        self.assertEqual([text for text in delivered if text not in shown], [], alice._told())
        self.assertEqual(shown, ["one", "two"][: len(shown)])
        return code

    def serve(self, fault):
        """A server on a copy of the database: what it said is done, is done after a restart."""
        self.runs += 1
        database = self.path(f"copy-{self.runs}.db")
        os.close(os.open(database, os.O_CREAT | os.O_WRONLY, 0o600))
        with sqlite3.connect(self.host.database) as source, sqlite3.connect(database) as target:
            source.backup(target)
        target.close()
        words = ("serve", "--listen", f"tls://127.0.0.1:0", "--db", database)
        server = self.begin(*words, home=self.home("operator"), fault=fault)
        made = code = None
        try:
            url = server.expect_record("listening", timeout=LONGEST / 2)["server"]
        except AssertionError:
            if server.running():  # it serves, though it could not say so
                server.signal(signal.SIGTERM)
            code = self.end(server, fault)
        carol = self.home(f"carol-{self.runs}")
        if code is None:
            register = self.begin("register", "carol", "--server", url, "--password-file", carol.password_file,
                                  home=carol, fault=None)
            made = self.end(register)
            if server.running():
                self.end(self.begin("--server", url, "list", "--all", home=self.alice, fault=None))
            if server.running():
                server.signal(signal.SIGTERM)
            code = self.end(server, fault)
        with sqlite3.connect(database) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        store.close()
        again = self.begin(*words, home=self.home("operator"), fault=None)
        url = again.expect_record("listening")["server"]
        if made == 0:
            self.end_ok("--server", url, "list", home=carol)
        self.end_ok("--server", url, "list", home=self.alice)
        self.assertEqual(again.terminate(), 0)
        shutil.rmtree(carol.path, ignore_errors=True)
        return code

    def whole_records(self, process):
        try:
            return process.records
        except ValueError:
            return p2pc.parse_records(process.stdout.decode("utf-8", "replace").rpartition("\n")[0])


ROLES = ("login", "call", "send", "receive", "serve")
