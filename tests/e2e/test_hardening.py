"""What a bug would find: a server that is nobody, a process nobody looks into, a binary built to stop it."""

import base64
import os
import re
import resource
import shutil
import subprocess
import unittest

import p2pc
from namespaces import Namespace

UNIT = os.path.join(os.environ["P2PC_SOURCE"], "examples", "systemd", "p2pc.service")


class Server(p2pc.Case):
    def test_a_server_does_not_run_as_root_unless_it_is_told_to(self):
        home, database = self.home("x"), self.path("x.db")
        argv = [self.binary, "--home", home.path, "serve", "--listen", "tls://127.0.0.1:0", "--db", database]
        if os.geteuid() != 0:
            argv = Namespace(self, "user", [], ":").inside(argv)
        done = subprocess.run(argv, env=p2pc.environment(self.folder), capture_output=True, text=True,
                              timeout=p2pc.PATIENCE, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, r"^p2pc: .*root.*--allow-root.*\n$")
        self.assertFalse(os.path.exists(database))

    def test_it_writes_no_core(self):
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        server = self.server()
        with open(f"/proc/{server.process.pid}/limits", encoding="ascii") as file:
            self.assertRegex(file.read(), r"Max core file size +0 +0 ")


class Unit(unittest.TestCase):
    def test_the_service_sees_little_of_the_machine(self):
        tool = shutil.which("systemd-analyze")
        if not tool:
            self.skipTest("needs systemd-analyze")
        done = subprocess.run([tool, "security", "--offline=true", "--no-pager", "--threshold=15", UNIT],
                              capture_output=True, text=True, timeout=p2pc.PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-400:] + done.stderr)
        self.assertIn("Overall exposure level", done.stdout)


class Released(p2pc.Case):
    """Of the release build: a sanitizer keeps what was freed, and objects for it are built otherwise."""

    def memory(self, pid):
        """The name of each mapping that is written to, and what is in it."""
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                span, rights, _, _, _, *name = line.split()
                if rights[:2] != "rw":
                    continue
                begin, end = (int(text, 16) for text in span.split("-"))
                memory.seek(begin)
                yield " ".join(name) or "anonymous", memory.read(end - begin)

    def assert_forgotten(self, pid, *secrets):
        if os.geteuid() != 0:
            self.skipTest("only root can look into it")
        # Any part of one: a block that was freed, or grew, has lost its first bytes to the allocator.
        parts = {secret[i:i + 10] for secret in secrets for i in range(max(1, len(secret) - 9))}
        found = [(name, part) for name, content in self.memory(pid) for part in parts if part in content]
        self.assertEqual(found, [])

    def enter(self, name, password, env=None, server=None, more=()):
        """A chat that registered; its password is typed where the environment has none."""
        server = server or self.server(name="server-" + name)
        terminal = self.terminal("chat", "--server", server.url, home=self.home(name), env=env)
        terminal.expect("Are you new here? (y/n)")
        terminal.line("y")
        terminal.expect("User name:")
        terminal.line(name)
        if not env:
            for question in ("Password for ", "The same again:"):
                terminal.expect(question)
                terminal.line(password)
        terminal.expect(f"you are {name}/")
        self.assert_forgotten(terminal.pid, password[1:].encode(), *more)
        terminal.key("ctrl-c")
        self.assertEqual(terminal.wait(), 0)

    def test_a_password_that_was_typed_is_nowhere_in_memory(self):
        self.enter("alice", "kestrel Vortex quince Marble juniper Oboe walrus Nimbus sextant Fjord zephyr Gourd")
        self.enter("bob", "tide-Oaks9")  # this one fits into a string itself

    def test_a_password_of_the_environment_is_nowhere_in_memory(self):
        password = "umbrage Lichen obelisk Tundra"
        self.enter("alice", password, env={"P2PC_PASSWORD": password})

    def test_a_password_of_a_file_is_nowhere_in_memory(self):
        password = "paprika Isthmus galleon Thicket sorrel Plinth mongoose Awning"
        path = self.home("x").write_password(password, self.path("password"))
        self.enter("alice", password, env={"P2PC_PASSWORD_FILE": path})

    def test_the_keys_of_a_registration_are_nowhere_in_memory_once_they_are_on_disk(self):
        server = self.server()
        server.stop()
        alice = self.home("alice")
        self.run_code(7, "register", "alice", "--server", server.url, "--password-file", alice.password_file,
                      home=alice)
        with open(os.path.join(alice.path, "registration.key"), encoding="ascii") as file:
            account, device = re.findall(r"_seed=(\w+)", file.read())
        server.restart()
        raw = base64.b32decode(account.upper() + "====")
        self.enter("alice", p2pc.PASSWORD, env={"P2PC_PASSWORD_FILE": alice.password_file}, server=server,
                   more=(raw, account.encode(), device.encode()))


class Binary(p2pc.Case):
    """What each object of the release build has."""

    def setUp(self):
        super().setUp()
        plugins = os.path.join(os.path.dirname(self.binary), "plugins")
        self.objects = [self.binary] + sorted(os.path.join(plugins, name) for name in os.listdir(plugins) if name.endswith(".so"))
        self.assertGreaterEqual(len(self.objects), 3)

    def elf(self, option, path):
        return subprocess.run(["readelf", "--wide", option, path], capture_output=True, text=True, check=True).stdout

    def each(self, option, pattern, found=True):
        for path in self.objects:
            with self.subTest(os.path.basename(path)):
                self.assertEqual(bool(re.search(pattern, self.elf(option, path))), found)

    def test_it_lies_at_another_address_each_time(self):
        self.each("--file-header", r"Type: +DYN")

    def test_no_page_is_both_written_and_run(self):
        self.each("--program-headers", r"GNU_STACK .* RW ")
        self.each("--program-headers", r"LOAD .* (RWE|WE) ", found=False)

    def test_the_linker_s_tables_are_read_only_once_it_runs(self):
        self.each("--program-headers", r"GNU_RELRO")
        self.each("--dynamic", r"BIND_NOW|FLAGS_1.* NOW")

    def test_a_smashed_stack_and_an_overrun_buffer_end_the_process(self):
        self.each("--dyn-syms", r"__stack_chk_fail")
        self.assertRegex(self.elf("--dyn-syms", self.binary), r"__(mem|str|f?s?n?printf|read|recv)\w*_chk")
        self.assertRegex(self.elf("--dyn-syms", self.binary), r"__glibcxx_assert_fail")

    def test_no_library_is_looked_for_beside_the_system_s(self):
        self.each("--dynamic", r"R(UN)?PATH", found=False)


if not os.environ.get("P2PC_USE_RELEASE"):
    del Released, Binary

if __name__ == "__main__":
    unittest.main()
