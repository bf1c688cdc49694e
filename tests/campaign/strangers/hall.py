"""Hall: a server whose memory is counted, the program that plays strangers and people, and rules with their figures.

A rule is one line: what was measured, what it must be, `ok` or `WRONG`; what only a quiet machine can tell is
`not judged` in the short form. A test fails at its end when any was wrong.
"""

import mmap
import os
import ssl
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "e2e"))
import p2pc  # noqa: E402
from process import Process  # noqa: E402
from test_strangers import HELLO, frame, hello  # noqa: E402

KIB = 1024
LONG = os.environ.get("P2PC_CAMPAIGN") == "long"
SECONDS = int(os.environ.get("P2PC_SECONDS", "300"))  # of the long form
ROLE_PROBE, ROLE_DEVICE = 1, 4
DEVICE_HELLO = frame(HELLO, hello(ROLE_DEVICE, f4=b"user000001", f5=b"d" * 16, f6=b"k" * 32, f7=b"n" * 32))
PROBE = frame(HELLO, hello(ROLE_PROBE, f7=b"n" * 32))


def tls_context(protocols=("p2pc/1",)):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(list(protocols))
    return context


def client_hello(protocols=("p2pc/1",)):
    """The bytes a TLS client begins with."""
    sent = ssl.MemoryBIO()
    session = tls_context(protocols).wrap_bio(ssl.MemoryBIO(), sent)
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


class Memory:
    """What the preloaded library counts in a process (counting_memory.cpp)."""

    def __init__(self, path):
        with open(path, "r+b") as file:
            self._counts = mmap.mmap(file.fileno(), 32)

    def live(self):
        return struct.unpack("q", self._counts[0:8])[0]

    def peak(self):
        return struct.unpack("q", self._counts[8:16])[0]

    def forget_peak(self):
        self._counts[8:16] = bytes(8)


class Served(p2pc.Server):
    """A server over tls and tcp, with the settings of a fresh installation unless told, whose memory is counted."""

    def start(self):
        counted = self.case.path("counted")
        preload = {"LD_PRELOAD": self.case.tool_path("counting_memory.so"), "P2PC_COUNTED": counted}
        both = [word for scheme in ("tls", "tcp") for word in ("--listen", f"{scheme}://127.0.0.1:0")]
        self.process = self.case.spawn("serve", *both, "--db", self.database, *self.args, home=self.home, json=True,
                                       env=preload)
        record = self.process.expect_record("listening")
        self.address, self.fingerprint = record["server"].partition("#")[0], record["fingerprint"]
        self.ports = {at.partition(":")[0]: int(at.partition("#")[0].rpartition(":")[2]) for at in record["endpoints"]}
        self.memory = Memory(counted)
        return self

    def resident(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE


class Hall(p2pc.Case):
    def setUp(self):
        super().setUp()
        self.wrong = []

    def tool_path(self, name):
        return os.path.join(os.environ["P2PC_TOOLS"], "tests", name)

    def served(self, accounts, args=()):
        server = Served(self, args=args)
        self.run_tool("campaign_accounts", "seed", server.database, accounts)
        return server.start()

    def run_tool(self, name, *words, timeout=None):
        done = subprocess.run([self.tool_path(name), *map(str, words)], stdout=subprocess.PIPE, text=True,
                              check=False, timeout=timeout)
        self.assertEqual(done.returncode, 0, words)
        return p2pc.parse_records(done.stdout)

    def start_tool(self, *words):
        plugins = os.path.join(os.environ["P2PC_TOOLS"], "plugins")
        words = [plugins if word == "PLUGINS" else str(word) for word in words]
        return self.keep(Process([self.tool_path("campaign_strangers"), *words]))

    def rule(self, what, figure, unit, most=None, exactly=None, judged=True):
        bound = f"at most {most:g}" if exactly is None else f"exactly {exactly:g}"
        holds = figure <= most if exactly is None else figure == exactly
        verdict = "not judged" if not judged else "ok" if holds else "WRONG"
        line = f"{what}: {figure:.4g} {unit} ({bound}): {verdict}"
        print(line, flush=True)
        if verdict == "WRONG":
            self.wrong.append(line)

    def judge(self):
        self.assertEqual(self.wrong, [])

    def judge_work(self, work, done, people, logins_p99, others_p99=None):
        """`done` is what the program says of its people's days, and on standard error of what went wrong in them."""
        self.rule("people dropped", done["dropped"], f"of {people}", exactly=0)
        self.rule("logins, lists and calls that failed", done["failed"], f"of {done['login_count'] * 3}", exactly=0)
        self.rule("lists that lacked somebody", done["short_lists"], f"of {done['list_count']}", exactly=0)
        self.rule("login with a key, p99", done["login_p99"], "ms", most=logins_p99, judged=LONG)
        for verb in ("list", "call") if others_p99 else ():
            self.rule(f"{verb}, p99", done[f"{verb}_p99"], "ms", most=others_p99, judged=LONG)
        print(work.stderr, end="")
        for verb in ("login", "list", "call"):
            print(f"  {verb}: {done[verb + '_count']} times, median {done[verb + '_p50']:.1f} ms, "
                  f"longest {done[verb + '_most']:.1f} ms", flush=True)
