"""Ssh: an sshd of the benchmark's own, with throw-away keys, and the commands that copy over it.

aes128-gcm, the cipher that is fastest here and the one our `tls` uses. Nothing of the user's ssh is read.
"""

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import time

import stage as _stage  # noqa: F401  the way to tests/e2e
from process import Process

CIPHER = "aes128-gcm@openssh.com"
_PATH = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
_PRIVILEGES = "/run/sshd"  # an empty folder that sshd asks for when root starts it
_TICK = os.sysconf("SC_CLK_TCK")


def missing(*programs):
    """Those that are not installed, of sshd, ssh and these."""
    return [name for name in ("sshd", "ssh", "ssh-keygen", *programs) if not shutil.which(name, path=_PATH)]


class Ssh:
    def __init__(self, stage, address="127.0.0.1", serving=(), calling=()):
        """`serving`, `calling`: words before a command that runs it where the server, or the client, is."""
        self.stage, self._calling = stage, list(calling)
        self._folder = tempfile.mkdtemp(prefix="ssh-", dir=stage.folder)
        port = 2222 if serving else _free_port()
        self._make_keys()
        self._write_config(address, port)
        if os.geteuid() == 0 and not os.path.isdir(_PRIVILEGES):
            os.mkdir(_PRIVILEGES, 0o755)
            stage.addCleanup(os.rmdir, _PRIVILEGES)
        sshd = [shutil.which("sshd", path=_PATH), "-D", "-e", "-f", self._file("sshd_config")]
        self._server = stage.keep(Process([*serving, *sshd], stage.environment()))
        self._server.expect_line("Server listening on", stream="stderr")

    # The commands.

    def sftp(self, source, target):
        batch = self._write("batch", f"put {shlex.quote(source)} {shlex.quote(target)}\n")
        return self._command("sftp", "-q", "-b", batch, "peer")

    def scp(self, source, target):
        return self._command("scp", "-q", source, f"peer:{target}")

    def rsync(self, source, target):
        shell = shlex.join(["ssh", "-F", self._file("config")])
        return [*self._calling, "rsync", "-a", "-e", shell, source, f"peer:{target}"]

    def _command(self, name, *words):
        return [*self._calling, name, "-F", self._file("config"), *words]

    # Running them.

    def measured(self, argv):
        """What a command took, and what the server's end of it did."""
        before = self._server_cpu()
        use = self.stage.measured(argv)
        self._await_no_session()
        return use, self._server_cpu() - before

    def _server_cpu(self):
        with open(f"/proc/{self._server.pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return (int(fields[13]) + int(fields[14])) / _TICK  # of children that ended

    def _await_no_session(self):
        until = time.monotonic() + 10
        children = f"/proc/{self._server.pid}/task/{self._server.pid}/children"
        while time.monotonic() < until:
            with open(children, encoding="ascii") as file:
                if not file.read().strip():
                    return
            time.sleep(0.005)
        raise AssertionError("a session of sshd does not end")

    # Its files.

    def _file(self, name):
        return os.path.join(self._folder, name)

    def _write(self, name, text):
        with open(self._file(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self._file(name)

    def _make_keys(self):
        for name in ("host", "user"):
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f", self._file(name)]
            subprocess.run(words, check=True, env=self.stage.environment())
        shutil.copy(self._file("user.pub"), self._file("authorized"))

    def _write_config(self, address, port):
        with open(self._file("host.pub"), encoding="ascii") as file:
            key = " ".join(file.read().split()[:2])
        known = self._write("known", f"[{address}]:{port} {key}\n")
        self._write("sshd_config", f"""\
ListenAddress {address}
Port {port}
HostKey {self._file("host")}
AuthorizedKeysFile {self._file("authorized")}
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Ciphers {CIPHER}
Subsystem sftp internal-sftp
""")
        self._write("config", f"""\
Host peer
HostName {address}
Port {port}
User {getpass.getuser()}
IdentityFile {self._file("user")}
IdentitiesOnly yes
UserKnownHostsFile {known}
GlobalKnownHostsFile none
StrictHostKeyChecking yes
BatchMode yes
Ciphers {CIPHER}
Compression no
""")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
