"""Kernel namespaces a test makes for itself: a small disk, and a network in which packets can be dropped.

They end with the test. Root makes them as it is, anybody else in a user namespace; where neither works the test
is skipped.
"""

import os
import re
import shutil
import subprocess
import sys
import unittest

import far_host
import p2pc
from process import Process


class Namespace:
    def __init__(self, case, kind, programs, script, *args):
        """`kind` as unshare has it; `script` sets it up, for sh."""
        for program in ("unshare", "nsenter", *programs):
            if not shutil.which(program):
                raise unittest.SkipTest(f"needs {program}")
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        if user and os.stat(case.binary).st_uid != os.geteuid():
            raise unittest.SkipTest("in a user namespace the program would be nobody's")
        # It is there for as long as somebody is in it.
        self.holder = case.keep(Process(
            ["unshare", f"--{kind}", *user, "/bin/sh", "-c", f"{script} && echo made && exec cat", "sh", *args],
            p2pc.environment(case.folder, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})))
        try:
            self.holder.expect_line("^made$")
        except AssertionError as why:
            raise unittest.SkipTest(f"no {kind} namespace: {why}") from None
        self._enter = ["nsenter", "--target", str(self.holder.pid), f"--{kind}"]
        self._enter += ["--user", "--preserve-credentials"] if user else []

    def inside(self, argv):
        """The command that runs `argv` in it."""
        return [*self._enter, *argv]

    def run(self, *argv):
        return subprocess.run(self.inside(argv), check=True, capture_output=True, text=True).stdout


class SmallDisk(Namespace):
    """A file system in memory of `size` bytes, mounted at `folder` for those within."""

    def __init__(self, case, folder, size):
        os.makedirs(folder, exist_ok=True)
        super().__init__(case, "mount", ["mount"], 'mount -t tmpfs -o size="$1" none "$2"', str(size), folder)
        self.path = f"/proc/{self.holder.pid}/root{folder}"  # for those outside

    def fill(self, leave):
        """All but `leave` bytes; returns what to remove."""
        path = os.path.join(self.path, "filler")
        found = os.statvfs(self.path)
        with open(path, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize - leave)
        return path


class Network(Namespace):
    """A loopback device of its own, and rules for its packets."""

    LONGEST_WITHOUT_DATA = 80  # an acknowledgement with its time stamps, of either address family

    def __init__(self, case):
        super().__init__(case, "net", ["ip", "nft", "ss"],
                         "ip link set lo up && nft add table inet test && "
                         "nft add chain inet test in '{ type filter hook input priority 0; }'")

    def connections(self, pid):
        """[(local port, remote port)] of a process."""
        return list(self.received(pid))

    def received(self, pid):
        """{(local port, remote port): bytes that came} of a process."""
        found, ports = {}, None
        for line in self.run("ss", "-tnpiH").splitlines():
            if not line[0].isspace():
                ports = None
                if f"pid={pid}," in line:
                    ports = tuple(int(address.rpartition(":")[2]) for address in line.split()[3:5])
                    found[ports] = 0
            elif ports:
                said = re.search(r"bytes_received:(\d+)", line)
                found[ports] = int(said[1]) if said else 0
        return found

    def drop(self, source, target, *match):
        self.run("nft", "add", "rule", "inet", "test", "in", "tcp", "sport", str(source), "tcp", "dport", str(target),
                 *match, "drop")

    def drop_data(self, source, target):
        """What carries data that way; the other way its arrival is still acknowledged."""
        self.drop(source, target, "meta", "length", ">", str(self.LONGEST_WITHOUT_DATA))

    def reset(self, source, target):
        """Whoever is at `source` hears that the connection is gone, as soon as they say something."""
        self.run("nft", "add", "rule", "inet", "test", "in", "tcp", "sport", str(source), "tcp", "dport", str(target),
                 "reject", "with", "tcp", "reset")


class FarNetwork(Network):
    """A network in which the programs of one host are far apart when they reach each other at THERE."""

    HERE, THERE = far_host.HERE, far_host.THERE

    def __init__(self, case, delay_ms, mbit):
        super().__init__(case)
        if not os.access("/dev/net/tun", os.W_OK):
            raise unittest.SkipTest("needs /dev/net/tun")
        # Nobody is to find the short way between them.
        self.run("nft", "add", "rule", "inet", "test", "in", "iif", "lo", "ip", "daddr", self.HERE, "drop")
        argv = [sys.executable, "-B", far_host.__file__, str(delay_ms), str(mbit)]
        self.line = case.keep(Process(self.inside(argv), p2pc.environment(case.folder, {"PATH": "/usr/sbin:/usr/bin"})))
        self.line.expect_line("^far$")
