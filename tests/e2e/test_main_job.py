"""The main job as a whole: its shape on the machine and on the wire, and many people at once."""

import os
import re
import shutil
import socket
import subprocess
import unittest

import p2pc
from capture import Capture

SOURCE = os.environ.get("P2PC_SOURCE", "")


def sockets_of(pid):
    """The inodes of a process's sockets."""
    found = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(f"/proc/{pid}/fd/{fd}")
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found


def established():
    """{(local, remote): inode} of every established TCP connection."""
    found = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as file:
            for line in list(file)[1:]:
                words = line.split()
                if words[3] == "01":
                    found[(words[1][-13:], words[2][-13:])] = words[9]
    return found


def joined(one, two):
    """Whether a TCP connection has one end in each of the two processes."""
    mine, theirs = sockets_of(one), sockets_of(two)
    connections = established()
    return any(
        inode in mine and connections.get((remote, local)) in theirs for (local, remote), inode in connections.items()
    )


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class MainJob(p2pc.Case):
    def test_the_quickstart_runs_over_both_transports_and_leaves_nothing(self):
        for scheme in ("tls", "tcp"):
            with self.subTest(scheme):
                temporary = self.path("tmp-" + scheme)
                os.makedirs(temporary)
                env = p2pc.environment(self.folder, {"P2PC": self.binary, "TMPDIR": temporary,
                                                     "P2PC_QUICKSTART_SCHEME": scheme})
                done = self.keep(p2pc.Process([os.path.join(SOURCE, "examples/quickstart.sh")], env, self.folder))
                code = done.wait(600)
                text = done.stdout.decode("utf-8", "replace") + done.stderr
                self.assertEqual(code, 0, text)
                self.assertEqual(done.close(), 0, "it left processes behind")
                self.assertIn("== done", text)
                self.assertIn(f"listen {scheme}://127.0.0.1", text)
                self.assertRegex(text, rf"\n   {scheme}://127\.0\.0\.1:\d+#")
                self.assertIn("random.bin: 67108864 bytes", text)
                self.assertEqual(os.listdir(temporary), [])

    def test_a_transfer_goes_directly_and_the_server_carries_none_of_it(self):
        server = self.server()
        alice, bob = self.person(server, "alice"), self.person(server, "bob")
        os.makedirs(self.path("inbox"))
        receiver = self.spawn("receive", "--from", "alice", "-o", "inbox", home=bob, json=True)
        receiver.expect_record("listening")
        capture = Capture({server.port})
        reader, writer = os.pipe()
        sender = self.spawn("send", "bob", "-", home=alice, json=True, stdin=reader)
        os.close(reader)
        piece = os.urandom(1 << 20)
        os.write(writer, piece[:1000])
        receiver.expect_record("progress")
        self.assertTrue(joined(sender.pid, receiver.pid))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(piece[1000:])
            for _ in range(63):
                pipe.write(piece)
        self.assertEqual(sender.wait(), 0)
        self.assertEqual(os.path.getsize(self.path("inbox/stdin")), 64 << 20)
        carried = sum(len(data) for data in capture.stop().values())
        self.assertGreater(carried, 0)
        self.assertLess(carried, 256 * 1024)

    def test_a_capture_of_tls_shows_neither_text_nor_names_and_one_of_tcp_does(self):
        for scheme, visible in (("tls", False), ("tcp", True)):
            with self.subTest(scheme):
                server = self.server(scheme, name="server-" + scheme)
                folder = self.path("people-" + scheme)
                os.makedirs(os.path.join(folder, "inbox"))
                people = []
                for name in ("alice", "bob"):
                    home = p2pc.Home(folder, name)
                    self.run_ok("register", name, "--server", server.url, "--password-file", home.password_file,
                                home=home)
                    people.append(home)
                alice, bob = people
                # Both ends listen where we look: whichever link is chosen is seen.
                ports = [free_port(), free_port()]
                capture = Capture({server.port, *ports})
                receiver = self.spawn("receive", "--from", "alice", "-o", os.path.join(folder, "inbox"),
                                      "--listen", f"127.0.0.1:{ports[0]}", home=bob, json=True)
                receiver.expect_record("listening")
                path = self.write_file("very-telling-name.txt", b"a very telling content " * 40)
                self.run_ok("send", "--listen", f"127.0.0.1:{ports[1]}", "bob", "-m", "a very telling message", path,
                            home=alice)
                receiver.terminate()
                seen = b"\n".join(bytes(data) for data in capture.stop().values())
                for secret in (b"very-telling-name", b"very telling content", b"very telling message"):
                    self.assertEqual(secret in seen, visible, secret)

    def test_fifty_people_each_send_a_file_to_the_next_and_the_watcher_sees_all_come_and_go(self):
        count = 50
        server = self.server(args=["--limit", "registrations=1000"])
        names = [f"user{n:02}" for n in range(count)]
        homes = [self.person(server, name) for name in names]
        watcher = self.spawn("list", "--watch", home=homes[0], json=True)
        receivers = []
        for n, home in enumerate(homes):
            os.makedirs(self.path(f"inbox{n}"))
            before = names[n - 1]
            receivers.append(self.spawn("receive", "--from", before, "-o", f"inbox{n}", home=home, json=True))
        for name, receiver in zip(names, receivers):
            receiver.expect_record("listening")
            watcher.expect_record("user", name=name, online=True)
        paths = [self.write_file(f"out/from-{name}", os.urandom(100_000)) for name in names]
        senders = [
            self.spawn("send", names[(n + 1) % count], paths[n], home=homes[n], json=True) for n in range(count)
        ]
        for sender in senders:
            self.assertEqual(sender.wait(), 0, sender.stderr)
        for n in range(count):
            before = names[n - 1]
            self.assertEqual(self.read_file(f"inbox{n}/from-{before}"), self.read_file(f"out/from-{before}"))
        for name, receiver in zip(names, receivers):
            receiver.terminate()
            watcher.expect_record("user", name=name, online=False)

    def test_without_its_plugin_a_scheme_is_2_and_the_other_goes_on(self):
        build = os.environ["P2PC_BUILD"]
        plugins = self.path("plugins")
        os.makedirs(plugins, mode=0o700)
        shutil.copy(os.path.join(build, "plugins", "tcp.so"), plugins)
        env = {"P2PC_PLUGIN_PATH": plugins}
        home = self.home("alice")
        done = self.run_code(2, "serve", "--listen", "tls://127.0.0.1:0", home=home, env=env)
        self.assertRegex(done.stderr, r"no transport 'tls'.*tcp")
        server = self.spawn("serve", "--listen", "tcp://127.0.0.1:0", home=home, env=env, json=True)
        url = server.expect_record("listening")["server"]
        self.run_code(2, "register", "alice", "--server", url.replace("tcp://", "nosuch://"), "--password-file",
                      home.password_file, home=self.home("other"), env=env)
        self.run_ok("register", "alice", "--server", url, "--password-file", home.password_file,
                    home=self.home("third"), env=env)

    def test_installed_elsewhere_it_finds_its_plugins(self):
        prefix = self.path("prefix")
        subprocess.run(["cmake", "--install", os.environ["P2PC_BUILD"], "--prefix", prefix], check=True,
                       stdout=subprocess.DEVNULL)
        self.binary = os.path.join(prefix, "bin", "p2pc")
        for scheme in ("tls", "tcp"):
            server = self.server(scheme, name="server-" + scheme)
            self.person(server, "alice-" + scheme)
            self.assertEqual(server.stop(), 0)

    def test_the_binary_has_no_symbol_of_the_tls_library(self):
        symbols = subprocess.run(["nm", "-D", self.binary], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertNotRegex(symbols, r"\bSSL_")
        needed = subprocess.run(["ldd", self.binary], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertFalse(re.search(r"libssl|libcrypto", needed), needed)


if __name__ == "__main__":
    unittest.main()
