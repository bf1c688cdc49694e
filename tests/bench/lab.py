"""Lab: a wide-area link between host `a` and host `srv`, in network namespaces, by a tool that is given.

The tool: `TOOL up NAME a=open delay_ms=N mbit=N loss=SHARE`, `TOOL exec NAME HOST COMMAND...`, `TOOL down NAME`;
`srv` has the address below. Delay is one way. The link is between the two hosts, so that both the server and the
receiver, which run on `srv`, are equally far from the sender on `a`.
"""

import os
import subprocess
import sys

import stage as _stage  # noqa: F401  the way to tests/e2e
from process import Process
from stage import LONG

ADDRESS = "203.0.113.10"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_TRACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "trace.py")


def why_not(stage):
    """Why there can be no lab; empty: there can."""
    if not stage.options.netlab:
        return "no tool for it was named (--netlab, P2PC_NETLAB)"
    return "" if os.geteuid() == 0 else "it needs root"


class Lab:
    def __init__(self, stage, delay_ms, mbit, loss):
        self.stage, self._tool = stage, os.path.abspath(stage.options.netlab)
        self._name = f"w{os.getpid() % 10**7}"
        self._run("up", self._name, "a=open", f"delay_ms={delay_ms}", f"mbit={mbit}", f"loss={loss}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._run("down", self._name)

    def on(self, host, argv=()):
        """A command as it runs on that host."""
        return [self._tool, "exec", self._name, host, *argv]

    def start(self, host, argv):
        return self.stage.keep(Process(self.on(host, argv), self.environment(), self.stage.folder))

    def run(self, host, argv):
        subprocess.run(
            self.on(host, argv), check=True, env=self.environment(), timeout=LONG, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )

    def trace(self):
        """What crosses the link from now on (trace.py); stop it by trace.close_stdin()."""
        trace = self.start("a", [sys.executable, "-B", _TRACE])
        trace.expect_record("listening")
        return trace

    def environment(self):
        return {**self.stage.environment(), "PATH": _PATH}

    def _run(self, *words):
        done = subprocess.run(
            [self._tool, *words], env=self.environment(), timeout=LONG, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        if done.returncode != 0:
            raise AssertionError(f"{self._tool} {' '.join(words)}\n{done.stdout.decode(errors='replace')}")
