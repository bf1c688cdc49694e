"""Stage: a folder, servers, people and programs that are gone when a benchmark ends, however it ends.

The end-to-end tests' frame (tests/e2e/p2pc.py) with what measuring needs.
"""

import json
import os
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

import p2pc  # noqa: E402
from process import Process, end_session, matches  # noqa: E402
from waiting import PATIENCE  # noqa: E402

LONG = max(PATIENCE, 600)  # seconds until a measured program counts as hanging


class Use(NamedTuple):
    """What a program took, as bench_measure reports it."""

    wall: float
    user: float
    system: float
    peak_kib: int
    code: int

    @property
    def cpu(self):
        return self.user + self.system


class Stage(p2pc.Case):
    def __init__(self, options):
        super().__init__()
        self.options, self.build, self.quick = options, options.build, options.quick
        self._reports = 0

    def runTest(self):
        """Not a test: a case only for what it tidies up."""

    def __enter__(self):
        self.setUp()
        return self

    def __exit__(self, kind, error, trace):
        if not self.doCleanups() and kind is None:
            raise AssertionError("something was left behind, or a sanitizer reported")

    # Programs of tests/bench.

    def tool(self, name):
        return os.path.join(self.build, "tests", name)

    def raw(self, *words):
        """The command of a baseline."""
        return [self.tool("bench_raw"), *map(os.fspath, map(str, words))]

    def raw_server(self, verb, kind):
        """A baseline's server: the process and its port."""
        process = self.keep(Process(self.raw(verb, kind), self.environment()))
        return process, process.expect_record("listening")["port"]

    def environment(self):
        return p2pc.environment(self.folder)

    def output(self, argv, **options):
        """The one JSON object a tool prints."""
        done = subprocess.run(argv, stdout=subprocess.PIPE, env=self.environment(), timeout=LONG, check=True, **options)
        return json.loads(done.stdout)

    def measured(self, argv):
        """Runs a command to its end; it must succeed."""
        return self.start_measured(argv).done()

    def start_measured(self, argv):
        self._reports += 1
        return Measured(self, argv, self.path(f"report-{self._reports}"))

    # Places.

    def memory_folder(self):
        """A folder on tmpfs."""
        folder = tempfile.mkdtemp(prefix="p2pc-bench-", dir="/dev/shm")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder


class Measured:
    """A command under bench_measure, in the background."""

    def __init__(self, stage, argv, report):
        self.argv, self._report = argv, report
        command = [stage.tool("bench_measure"), report, *argv]
        self.process = stage.keep(Process(command, stage.environment(), stage.folder, subprocess.DEVNULL))

    def done(self):
        """What it took; an exit code but 0 is an error."""
        code = self.process.wait(LONG)
        if code != 0:
            raise AssertionError(f"{self.argv} ended with {code}\n{self.process.stderr}")
        with open(self._report, encoding="utf-8") as file:
            return Use(**json.load(file))


class Piped:
    """A program whose input and output `bench_raw drive` will hold; until then this reads its records."""

    def __init__(self, stage, argv):
        self.argv = argv
        self._complaints = open(stage.path(f"stderr-{id(self)}"), "w+b")
        self._process = subprocess.Popen(
            argv, env=stage.environment(), cwd=stage.folder, bufsize=0, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints,
        )
        self._have = b""
        stage.keep(self)

    @property
    def request_fd(self):
        return self._process.stdin.fileno()

    @property
    def answer_fd(self):
        return self._process.stdout.fileno()

    def expect_record(self, kind, **fields):
        while True:
            line, newline, rest = self._have.partition(b"\n")
            if not newline:
                self._more(kind)
                continue
            self._have = rest
            record = json.loads(line)
            if matches(record, {"type": kind, **fields}):
                return record

    def _more(self, kind):
        ready, _, _ = select.select([self.answer_fd], [], [], PATIENCE)
        data = os.read(self.answer_fd, 65536) if ready else b""
        if not data:
            self._complaints.seek(0)
            said = self._complaints.read().decode(errors="replace")
            raise AssertionError(f"{self.argv}: no record '{kind}'\n{said}")
        self._have += data

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout, self._complaints):
            file.close()
        return end_session(self._process.pid)


def note(text):
    """Where we are, for who waits."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)
