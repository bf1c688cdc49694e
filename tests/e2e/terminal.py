"""Terminal: a program under a pseudo-terminal, its screen, and somebody who types."""

import fcntl
import os
import pty
import shlex
import struct
import subprocess
import termios
import threading

from process import end_session, exit_code, refuse_sanitizer_report, wait_for_end
from screen import Screen
from waiting import PATIENCE, Board

KEYS = {"enter": "\r", "ctrl-c": "\x03", "ctrl-d": "\x04", "backspace": "\x7f", "tab": "\t", "escape": "\x1b",
        "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F"}


class Terminal:
    def __init__(self, argv, env=None, cwd=None, rows=24, columns=80):
        self.argv = [os.fspath(word) for word in argv]
        self.screen = Screen(rows, columns)
        self.raw = b""
        self._board = Board()
        self._master, slave = pty.openpty()
        self._set_size(rows, columns)
        self._modes_before = termios.tcgetattr(slave)
        try:
            self._process = subprocess.Popen(
                self.argv, env=env, cwd=cwd, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        self._judged = False
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self._process.pid

    def running(self):
        return self._process.poll() is None

    def type(self, text):
        data = text.encode()
        while data:
            data = data[os.write(self._master, data) :]

    def line(self, text):
        """Types a line and Enter."""
        self.type(text + "\r")

    def key(self, *names):
        for name in names:
            self.type(KEYS[name])

    def expect(self, text, timeout=None):
        """Waits until `text` is shown, also where it scrolled off. Spaces at its end are not looked for: a
        screen cannot tell them from nothing."""
        self.expect_screen(lambda screen: text.rstrip(" ") in screen.text(), f"'{text}'", timeout)

    def expect_gone(self, text, timeout=None):
        """Waits until no visible line holds `text`."""
        self.expect_screen(lambda s: not any(text in line for line in s.lines()), f"'{text}' to go", timeout)

    def expect_screen(self, look, what="the screen to be so", timeout=None):
        """The first true `look(screen)`."""
        return self._board.wait(lambda: look(self.screen), what, self._told, timeout)

    def lines(self):
        """The visible lines."""
        return self._board.read(self.screen.lines)

    def text(self):
        return self._board.read(self.screen.text)

    def resize(self, rows, columns):
        """The program gets SIGWINCH."""
        self._board.change(lambda: self.screen.resize(rows, columns))
        self._set_size(rows, columns)

    def restored(self):
        """Whether the terminal's modes are those it began with."""
        return termios.tcgetattr(self._master) == self._modes_before

    def echoes(self):
        """Whether what is typed is shown by the terminal itself (not while a password is asked)."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, timeout=None):
        """The exit code (128 + n for signal n)."""
        try:
            code = wait_for_end(self._process, PATIENCE if timeout is None else timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"timed out waiting for its end\n{self._told()}") from None
        self._reader.join(PATIENCE)
        self._judge(code)
        return exit_code(code)

    def close(self):
        """Ends it, whatever it does. Returns how many processes of its session were still alive but it."""
        alive = self.running()
        if alive:
            self._process.kill()
        self._process.wait()
        left = end_session(self.pid)
        self._reader.join(PATIENCE)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
        if not alive:
            self._judge(self._process.returncode)
        return left

    def _judge(self, code):
        if not self._judged:
            self._judged = True
            refuse_sanitizer_report(self.argv, code, self.raw)

    def _set_size(self, rows, columns):
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _collect(self):
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                data = b""  # EIO: nobody holds the other side any more
            if not data:
                return self._board.end()

            def write():
                self.raw += data
                self.screen.feed(data)

            self._board.change(write)

    def _told(self):
        shown = "\n".join(f"|{line}" for line in self.screen.text().split("\n"))
        return f"command: {shlex.join(self.argv)}\nexit code: {self._process.poll()}\n--- screen\n{shown}"
