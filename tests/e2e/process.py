"""Process: a program in the background whose output a test waits for.

It leads a session of its own, so that nothing it starts can outlive the test unseen. `close()` kills what is
left; the test case (p2pc.Case) calls it.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import threading

from waiting import PATIENCE, Board, readable

# A sanitizer's report must not look like one of our exit codes.
SANITIZER_EXIT = 99
SANITIZERS = {
    "ASAN_OPTIONS": f"exitcode={SANITIZER_EXIT}:detect_leaks=1:abort_on_error=0",
    "UBSAN_OPTIONS": f"print_stacktrace=1:exitcode={SANITIZER_EXIT}",
    "TSAN_OPTIONS": f"exitcode={SANITIZER_EXIT}:halt_on_error=1",
}
_REPORT = re.compile(rb"(ERROR|WARNING): (Address|Leak|Thread)Sanitizer|runtime error: ")


def parse_records(text):
    """NDJSON as a list of objects; a line that is not an object is an error."""
    records = []
    for line in text.splitlines():
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ValueError(f"not a record: {line}")
        records.append(record)
    return records


def wait_for_end(process, timeout):
    """As process.wait(timeout), which looks every 50 ms only: that is more than some commands take."""
    if process.returncode is None:
        try:
            handle = os.pidfd_open(process.pid)
        except ProcessLookupError:
            return process.wait()  # somebody else has waited for it
        try:
            ended = readable(handle, timeout)
        finally:
            os.close(handle)
        if not ended:
            raise subprocess.TimeoutExpired(process.args, timeout)
    return process.wait()


def matches(record, wanted):
    return all(key in record and record[key] == value for key, value in wanted.items())


def refuse_sanitizer_report(argv, returncode, stderr):
    if returncode == SANITIZER_EXIT or _REPORT.search(stderr):
        raise AssertionError(f"{shlex.join(argv)}: a sanitizer reported\n{stderr.decode(errors='replace')}")


def exit_code(returncode):
    """As a shell tells it: 128 + n for signal n. A program that says such a code itself was not ended by the
    signal, and whoever looks at how it died is misled."""
    if returncode > 128:
        raise AssertionError(f"it exited with {returncode} and did not die by signal {returncode - 128}")
    return returncode if returncode >= 0 else 128 - returncode


def session_members(leader):
    """Ids of the living processes whose session is `leader`."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader and fields[0] != b"Z":
                found.append(int(name))
    return found


def kill(pid):
    """Kills a process that need not be a child, and waits for its end."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(fd, signal.SIGKILL)
        readable(fd, PATIENCE)
    except ProcessLookupError:
        pass
    finally:
        os.close(fd)


def ends_by_itself(pid):
    """Whether it is gone within a second."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return readable(fd, 1)
    finally:
        os.close(fd)


def end_session(leader):
    """Kills what goes on living in the session; returns how many there were."""
    # The leak sanitizer looks at a process from one of its own, which ends with it but a moment later.
    members = [member for member in session_members(leader) if not ends_by_itself(member)]
    for member in members:
        kill(member)
    return len(members)


class _Lines:
    """One stream of a process: whole lines, each of which satisfies one expectation only."""

    def __init__(self):
        self.all, self.taken, self.partial, self.raw = [], [], b"", bytearray()

    def feed(self, data):
        self.raw += data
        *lines, self.partial = (self.partial + data).split(b"\n")
        self.all += [line.decode("utf-8", "replace") for line in lines]
        self.taken += [False] * len(lines)

    def finish(self):
        if self.partial:
            self.all.append(self.partial.decode("utf-8", "replace"))
            self.taken.append(False)
            self.partial = b""

    def take(self, match):
        for k, line in enumerate(self.all):
            if not self.taken[k]:
                found = match(line)
                if found:
                    self.taken[k] = True
                    return found
        return None


class Process:
    def __init__(self, argv, env=None, cwd=None, stdin=subprocess.PIPE, consume=None):
        """`consume`: called with each piece of standard output instead of collecting it."""
        self.argv = [os.fspath(word) for word in argv]
        self._streams = {"stdout": _Lines(), "stderr": _Lines()}
        self._open = 2
        self._board = Board()
        self._consume = consume
        self._process = subprocess.Popen(
            self.argv, env=env, cwd=cwd, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._judged = False
        self._readers = [
            threading.Thread(target=self._collect, args=(name, pipe), daemon=True)
            for name, pipe in (("stdout", self._process.stdout), ("stderr", self._process.stderr))
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self):
        return self._process.pid

    @property
    def stdout(self):
        """The bytes so far."""
        return self._board.read(lambda: bytes(self._streams["stdout"].raw))

    @property
    def stderr(self):
        return self._board.read(lambda: self._streams["stderr"].raw.decode("utf-8", "replace"))

    @property
    def records(self):
        """The records of standard output so far."""
        return parse_records("\n".join(self._board.read(lambda: list(self._streams["stdout"].all))))

    def running(self):
        return self._process.poll() is None

    def expect(self, match, what="a line", stream="stdout", timeout=None):
        """The first true `match(line)` over the lines no earlier expectation took."""
        lines = self._streams[stream]
        return self._board.wait(lambda: lines.take(match), f"{what} on {stream}", self._told, timeout)

    def expect_line(self, pattern, stream="stdout", timeout=None):
        """The match object of the first line in which the regular expression is found."""
        return self.expect(re.compile(pattern).search, f"/{pattern}/", stream, timeout)

    def expect_record(self, kind, timeout=None, stream="stdout", **fields):
        """The first record of that type with these fields."""
        wanted = {"type": kind, **fields}

        def match(line):
            try:
                record = json.loads(line)
            except ValueError:
                return None
            return record if isinstance(record, dict) and matches(record, wanted) else None

        return self.expect(match, f"a record {wanted}", stream, timeout)

    def write(self, data):
        self._process.stdin.write(data.encode() if isinstance(data, str) else data)
        self._process.stdin.flush()

    def write_line(self, text):
        self.write(text + "\n")

    def write_record(self, **fields):
        self.write_line(json.dumps(fields))

    def close_stdin(self):
        self._process.stdin.close()

    def signal(self, number):
        self._process.send_signal(number)

    def terminate(self, timeout=None):
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self):
        """SIGKILL, and nothing of it lives on."""
        self._process.kill()
        self._process.wait()

    def wait(self, timeout=None):
        """The exit code (128 + n for signal n); the whole output has been collected then."""
        try:
            code = wait_for_end(self._process, PATIENCE if timeout is None else timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"timed out waiting for its end\n{self._told()}") from None
        for reader in self._readers:
            reader.join(PATIENCE)
        self._judge(code)
        return exit_code(code)

    def close(self):
        """Ends it, whatever it does. Returns how many processes of its session were still alive but it."""
        alive = self.running()
        if alive:
            self._process.kill()
        self._process.wait()
        left = end_session(self.pid)
        for reader in self._readers:
            reader.join(PATIENCE)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    pass  # what was buffered for a reader that is gone
        if not alive:
            self._judge(self._process.returncode)
        return left

    def _judge(self, code):
        if not self._judged:
            self._judged = True
            refuse_sanitizer_report(self.argv, code, self._streams["stderr"].raw)

    def _collect(self, name, pipe):
        lines = self._streams[name]
        while data := os.read(pipe.fileno(), 65536):
            if name == "stdout" and self._consume:
                self._consume(data)
            else:
                self._board.change(lambda: lines.feed(data))
        self._board.change(lines.finish)
        self._board.change(self._one_ended)

    def _one_ended(self):
        self._open -= 1
        self._board.ended = self._open == 0

    def _told(self):
        parts = [f"command: {shlex.join(self.argv)}", f"exit code: {self._process.poll()}"]
        for name, lines in self._streams.items():
            parts += [f"--- {name}", lines.raw.decode("utf-8", "replace") or "(nothing)"]
        return "\n".join(parts)
