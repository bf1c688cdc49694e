"""What every end-to-end test uses: the binary, homes, servers, commands, and a test case that tidies up.

    class Sending(p2pc.Case):
        def test_a_message_arrives(self):
            server = self.server()
            alice, bob = self.person(server, "alice"), self.person(server, "bob")
            waiting = self.spawn("receive", "--once", "--from", "alice", home=bob, json=True)
            waiting.expect_record("listening")
            self.run_ok("send", "bob", "-m", "hello", home=alice)
            waiting.expect_record("message", text="hello")

The binary is $P2PC_BINARY, or with $P2PC_USE_RELEASE the one $P2PC_RELEASE_BINARY names.
"""

import os
import shutil
import subprocess
import tempfile
import unittest

from process import (SANITIZERS, Process, end_session, exit_code, kill, matches, parse_records,
                     refuse_sanitizer_report)
from terminal import Terminal
from waiting import PATIENCE

PASSWORD = "correct horse battery"
main = unittest.main


def binary():
    """The path of the program under test; skips the test where there is none."""
    name = "P2PC_RELEASE_BINARY" if os.environ.get("P2PC_USE_RELEASE") else "P2PC_BINARY"
    path = os.environ.get(name, "")
    if not path and name == "P2PC_RELEASE_BINARY":
        raise unittest.SkipTest("no release binary was built (P2PC_RELEASE_BINARY)")
    if not os.access(path, os.X_OK):
        raise AssertionError(f"{name}={path!r} is not a program")
    return path


def environment(folder, extra=None):
    """The environment of a stranger: nothing of the caller's but the path and the language."""
    env = {"PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", "TERM": "xterm", "TZ": "UTC", **SANITIZERS}
    env.update(extra or {})
    return {key: value for key, value in env.items() if value is not None}


class Done:
    """A command that ended: `code`, `stdout` (bytes), `text`, `stderr` (text), `records` when asked for JSON."""

    def __init__(self, argv, code, stdout, stderr):
        self.argv, self.code, self.stdout = argv, code, stdout
        self.stderr = stderr.decode("utf-8", "replace")

    @property
    def text(self):
        return self.stdout.decode()

    @property
    def records(self):
        return parse_records(self.text)

    def record(self, kind, **fields):
        """The one record of that type with these fields."""
        found = [r for r in self.records if matches(r, {"type": kind, **fields})]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} records of type {kind} with {fields}\n{self}")
        return found[0]

    def __str__(self):
        out = self.stdout[:4096].decode("utf-8", "replace")
        return f"command: {self.argv}\nexit code: {self.code}\n--- stdout\n{out}\n--- stderr\n{self.stderr}"


class Home:
    """One person's --home, in a folder of the test's own."""

    def __init__(self, folder, name):
        self.name, self.path = name, os.path.join(folder, "home-" + name)
        self.password_file = os.path.join(folder, "password-" + name)
        self.write_password(PASSWORD)

    def write_password(self, password, path=None):
        """Returns the path of a password file of mode 0600."""
        path = path or self.password_file
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(password + "\n")
        return path


class Server:
    """`p2pc serve`, on loopback unless told. `url` carries the fingerprint; a restart keeps port and database."""

    def __init__(self, case, scheme="tls", args=(), name="server", at="127.0.0.1"):
        self.case, self.scheme, self.args, self.at = case, scheme, list(args), at
        self.home = Home(case.folder, name)
        self.database = os.path.join(case.folder, name + ".db")
        self.process, self.port = None, 0

    def start(self):
        listen = f"{self.scheme}://{self.at}:{self.port}"
        self.process = self.case.spawn(
            "serve", "--listen", listen, "--db", self.database, *self.args, home=self.home, json=True
        )
        record = self.process.expect_record("listening")
        self.address = record["server"].partition("#")[0]
        self.fingerprint = record["fingerprint"]
        self.port = int(self.address.rpartition(":")[2])
        return self

    @property
    def url(self):
        return f"{self.address}#{self.fingerprint}"

    def stop(self):
        """Drains; the exit code."""
        return self.process.terminate()

    def kill(self):
        self.process.kill()

    def restart(self):
        if self.process.running():
            self.stop()
        return self.start()


class Case(unittest.TestCase):
    """A test with a folder of its own; what it starts is ended, and nothing may outlive it."""

    maxDiff = None
    in_memory = False  # whether its folder is better not on a disk, where there is such a place

    def setUp(self):
        self.binary = binary()
        memory = "/dev/shm" if self.in_memory and os.access("/dev/shm", os.W_OK) else None
        self.folder = tempfile.mkdtemp(prefix="p2pc-e2e-", dir=memory)
        self._started = []
        self.addCleanup(self._tidy)

    # People and servers.

    def home(self, name):
        return Home(self.folder, name)

    def server(self, scheme="tls", args=(), name="server"):
        """A server that accepts connections."""
        return Server(self, scheme, args, name).start()

    def person(self, server, name):
        """A home with an account of that name, logged in."""
        home = self.home(name)
        self.run_ok("register", name, "--server", server.url, "--password-file", home.password_file, home=home)
        return home

    # Commands.

    def command(self, *args, home=None, json=False):
        argv = [self.binary]
        argv += ["--home", home.path] if home else []
        argv += ["--json"] if json else []
        argv += [os.fspath(a) for a in args]
        # Who runs the tests as root means it.
        return argv + (["--allow-root"] if args[:1] == ("serve",) and os.geteuid() == 0 else [])

    def run_p2pc(self, *args, home=None, json=False, stdin=b"", timeout=None, env=None, cwd=None):
        """Runs a command to its end."""
        argv = self.command(*args, home=home, json=json)
        process = subprocess.Popen(
            argv, env=environment(self.folder, env), cwd=cwd or self.folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )
        try:
            data = stdin.encode() if isinstance(stdin, str) else stdin
            stdout, stderr = process.communicate(data, PATIENCE if timeout is None else timeout)
        except subprocess.TimeoutExpired:
            end_session(process.pid)
            stdout, stderr = process.communicate()
            raise AssertionError(f"timed out\n{Done(argv, None, stdout, stderr)}") from None
        code = process.returncode
        refuse_sanitizer_report(argv, code, stderr)
        self.assertEqual(end_session(process.pid), 0, f"{argv} left processes behind")
        return Done(argv, exit_code(code), stdout, stderr)

    def run_code(self, code, *args, **options):
        """Runs a command that must end with this exit code."""
        done = self.run_p2pc(*args, **options)
        self.assertEqual(done.code, code, str(done))
        return done

    def run_ok(self, *args, **options):
        return self.run_code(0, *args, **options)

    def spawn(self, *args, home=None, json=False, env=None, cwd=None, stdin=subprocess.PIPE, consume=None):
        """Runs a command in the background until the test ends."""
        argv = self.command(*args, home=home, json=json)
        return self.keep(Process(argv, environment(self.folder, env), cwd or self.folder, stdin, consume))

    def terminal(self, *args, home=None, env=None, cwd=None, rows=24, columns=80):
        """Runs a command under a pseudo-terminal until the test ends."""
        argv = self.command(*args, home=home)
        return self.keep(Terminal(argv, environment(self.folder, env), cwd or self.folder, rows, columns))

    def keep(self, started):
        self._started.append(started)
        return started

    # Files.

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write_file(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def read_file(self, *parts):
        with open(self.path(*parts), "rb") as file:
            return file.read()

    def close_all(self, after=0):
        """Ends what was started, but for so many that were first, and says what was wrong with it."""
        problems = []
        started_since, self._started = self._started[after:], self._started[:after]
        for started in reversed(started_since):
            try:
                left = started.close()
                if left:
                    problems.append(f"{started.argv} left {left} processes behind")
            except AssertionError as report:
                problems.append(str(report))
        return problems

    def _tidy(self):
        problems = self.close_all()
        problems += [f"left behind: {words}" for words in self._strays()]
        shutil.rmtree(self.folder, ignore_errors=True)
        if problems:
            raise AssertionError("\n".join(problems))

    def _strays(self):
        """Command lines of living processes that name this test's folder; they are killed."""
        found, marker = [], self.folder.encode()
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read()
            except OSError:
                continue
            if name.isdigit() and marker in words and int(name) != os.getpid():
                found.append(words.replace(b"\0", b" ").decode(errors="replace"))
                kill(int(name))
        return found
