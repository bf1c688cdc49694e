"""What the operator gives out: tokens for one use, and backups."""

import base64
import os
import socket
import sqlite3
import stat
import subprocess

import admin_case
import p2pc


class Tokens(admin_case.Admin):
    def token(self, *words, **options):
        """A file with a token, as a person would get it."""
        made = self.admin(*words, **options).text.strip()
        return self.write_file("token-" + made[:8], (made + "\n").encode())

    def register(self, name, *words, code=0, home=None, **options):
        home = home or self.home(name)
        return self.run_code(code, "register", name, "--server", self.host.url, "--password-file",
                             home.password_file, *words, home=home, **options)

    def test_by_invitation_one_token_makes_one_account(self):
        self.host = self.server(args=["--registration", "invite"])
        refused = self.register("alice", code=3)
        self.assertIn("token", refused.stderr)
        token = self.token("token")
        self.assertEqual(self.records("stats", kind="server_stats")[0]["registration_tokens"], 1)
        self.register("alice", "--token-file", token)
        self.register("bob", "--token-file", token, code=3)
        self.register("bob", code=3, env={"P2PC_TOKEN": "not a token"})
        self.register("bob", "--token-file", "-", stdin=self.read_file(self.token("token")))
        text = self.admin("token").text.strip()
        self.register("carol", env={"P2PC_TOKEN": text})
        self.register("dave", env={"P2PC_TOKEN_FILE": self.token("token")})
        self.assertEqual([r["name"] for r in self.records("users", kind="user")], ["alice", "bob", "carol", "dave"])

    def test_a_token_is_one_record_and_lies_nowhere(self):
        self.host = self.server(args=["--log-level", "debug"])
        made = self.admin("token", json=True).record("token", use="registration", name=None)
        self.assertEqual(len(made["token"]), 32)
        self.register("alice", env={"P2PC_TOKEN": made["token"]})
        self.host.stop()
        with open(self.host.database, "rb") as file:
            stored = file.read()
        for text in (made["token"].encode(), base64.b32decode(made["token"].upper())):
            self.assertNotIn(text, stored)
        self.assertNotIn(made["token"], self.host.process.stderr)

    def test_a_token_admits_one_password_while_that_is_blocked(self):
        self.host = self.server()
        self.person(self.host, "bob")
        for _ in range(3):
            self.log_in("bob", 3, password="something else")
        token = self.token("token", "bob")
        home = self.home("bobs-new")
        done = self.run_code(3, "login", "bob", "--server", self.host.url, "--password-file", home.password_file,
                             home=home)
        self.assertIn("blocked", done.stderr)
        self.run_ok("login", "bob", "--server", self.host.url, "--password-file", home.password_file, "--token-file",
                    token, home=home)
        self.log_in("bob")

    def test_at_a_terminal_the_token_is_asked_for(self):
        self.host = self.server(args=["--registration", "invite"])
        token = self.admin("token").text.strip()
        home = self.home("alice")
        asked = self.terminal("register", "alice", "--server", self.host.url, "--password-file", home.password_file,
                              home=home)
        asked.expect("Token of the operator:")
        asked.type(token.upper() + "\r")
        self.assertEqual(asked.wait(), 0)
        self.assertNotIn(token.upper(), asked.text())

    def test_a_reset_replaces_the_account_key_and_others_see_it(self):
        self.host = self.server()
        alice, bob = self.person(self.host, "alice"), self.person(self.host, "bob")
        waiting = self.spawn("receive", "--from", "alice", home=bob, json=True)
        waiting.expect_record("listening")
        self.run_ok("send", "bob", "-m", "hello", home=alice)
        self.admin("reset", "bob", code=12)
        token = self.token("reset", "bob", "--yes")
        self.run_ok("send", "bob", "-m", "still here", home=alice)
        second = self.home("bob-again")
        second.write_password("quite another password")
        self.register("bob", "--token-file", token, home=second)
        self.assertEqual(waiting.wait(), 3)
        self.run_code(3, "list", home=bob)
        self.assertEqual(self.run_ok("info", "bob", home=alice, json=True).record("user")["trust"], "changed")
        self.run_ok("list", home=second)
        self.assertEqual([r["event"] for r in self.audited(name="bob")], ["registered", "admin_reset", "reset"])
        self.register("bob", "--token-file", token, home=self.home("third"), code=3)

    def test_a_home_that_is_logged_in_has_no_use_for_a_token(self):
        self.host = self.server()
        bob = self.person(self.host, "bob")
        self.register("bob", "--token-file", self.token("reset", "bob", "--yes"), home=bob, code=2)
        self.run_ok("list", home=bob)


class Backup(admin_case.Admin):
    def setUp(self):
        super().setUp()
        self.host = self.server()

    def test_the_drill(self):
        """Accounts, a device and a session; a backup while people come; another place; all of it is there."""
        alice, bob = self.person(self.host, "alice"), self.person(self.host, "bob")
        phone = self.home("phone")
        self.log_in("alice", home=phone)
        waiting = self.spawn("receive", "--from", "alice", home=bob, json=True)
        waiting.expect_record("listening")
        self.run_ok("send", "bob", "-m", "hello", home=alice)
        key = self.run_ok("info", "bob", home=alice, json=True).record("user")["fingerprint"]
        coming = [self.spawn("list", home=home) for home in (alice, phone) * 4]
        copy = self.path("kept", "backup.db")
        os.mkdir(self.path("kept"))
        done = self.admin("backup", copy, json=True).record("backup", path=copy)
        self.assertEqual([one.wait() for one in coming], [0] * 8)
        found = os.stat(copy)
        self.assertEqual((stat.S_IMODE(found.st_mode), found.st_size), (0o600, done["size"]))
        self.assertEqual(os.listdir(self.path("kept")), ["backup.db"])
        sessions = self.run_ok("sessions", home=alice, json=True).records
        self.person(self.host, "carol")
        waiting.terminate()
        self.host.kill()

        other = p2pc.Server(self, name="restored")
        other.database = copy
        other.port = self.host.port
        other.start()
        self.assertEqual(other.fingerprint, self.host.fingerprint)
        for home in (alice, bob, phone):
            self.run_ok("list", home=home)
        self.assertEqual(self.run_ok("info", "bob", home=alice, json=True).record("user")["fingerprint"], key)
        again = self.run_ok("sessions", home=alice, json=True).records
        self.assertEqual([r["id"] for r in again], [r["id"] for r in sessions])
        self.host = other
        # Later than the backup.
        self.assertEqual([r["name"] for r in self.records("users", kind="user")], ["alice", "bob"])
        self.log_in("alice")
        self.assertEqual(self.audited()[-1]["event"], "device_added")
        self.assertEqual(len(self.audited(event="admin_backup")), 1)

    def test_a_backup_is_never_written_over_anything(self):
        there = self.write_file("there", b"mine")
        os.symlink(self.path("nowhere"), self.path("link"))
        for name in (there, self.path("link"), self.folder, self.path("no", "folder")):
            self.assertEqual(self.admin("backup", name, code=8).stderr.count("\n"), 1)
        self.assertEqual(self.read_file("there"), b"mine")
        self.assertEqual(self.audited(event="admin_backup"), [])

    def test_a_backup_that_does_not_fit_leaves_nothing(self):
        with open(self.path("limit.sh"), "w", encoding="utf-8") as file:
            file.write('ulimit -f 16; trap "" XFSZ; exec "$@"\n')
        copy = self.path("copy.db")
        done = subprocess.run(["/bin/bash", self.path("limit.sh"), *self.command("admin", "--db", self.host.database,
                                                                                 "backup", copy)],
                              env=p2pc.environment(self.folder), capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 8, done)
        self.assertFalse(os.path.exists(copy) or os.path.exists(copy + ".part"))
        self.assertFalse(os.path.exists(self.host.database + ".backup"))

    def test_a_large_backup_holds_nobody_up_and_is_sound(self):
        alice = self.person(self.host, "alice")
        self.host.stop()
        with sqlite3.connect(self.host.database) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executemany("INSERT INTO audit (at, event, outcome, user, source) "
                                 "VALUES (?, 'login', 'done', 'bob', ?)",
                                 ((1_700_000_000_000 + k, "x" * 200) for k in range(100_000)))
        database.close()
        self.host.start()
        copy = self.path("copy.db")
        making = self.spawn("admin", "--db", self.host.database, "backup", copy)
        for _ in range(3):
            self.log_in("alice")
            self.run_ok("list", home=alice)
        self.assertEqual(making.wait(), 0)
        with sqlite3.connect(copy) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            self.assertGreaterEqual(database.execute("SELECT count(*) FROM audit").fetchone()[0], 100_001)
        database.close()

    def test_a_server_that_ends_meanwhile_leaves_no_half_file(self):
        with socket.socket(socket.AF_UNIX) as half:
            half.connect(self.host.database + ".admin")
            half.sendall(b"\0\0\0\3\4\x52\0")
            half.recv(1)
            self.assertEqual(self.host.stop(), 0)
        self.assertFalse(os.path.exists(self.host.database + ".backup"))
        self.admin("backup", self.path("copy.db"), code=7)
        self.assertFalse(os.path.exists(self.path("copy.db.part")))


if __name__ == "__main__":
    p2pc.main()
