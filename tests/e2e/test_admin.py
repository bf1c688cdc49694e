"""The operator: `p2pc admin`, on the socket beside the database of a server that runs."""

import os
import socket
import sqlite3
import stat
import subprocess
import unittest

import admin_case
import p2pc


class Asking(admin_case.Admin):
    def setUp(self):
        super().setUp()
        self.host = self.server()

    def test_users_are_shown_with_their_state(self):
        alice, _ = self.person(self.host, "alice"), self.person(self.host, "bob")
        waiting = self.spawn("receive", home=alice, json=True)
        waiting.expect_record("listening")
        shown = {r["name"]: r for r in self.records("users", kind="user")}
        self.assertEqual(sorted(shown), ["alice", "bob"])
        self.assertEqual((shown["alice"]["online"], shown["bob"]["online"]), (True, False))
        key = self.run_ok("info", home=alice, json=True).record("user")["fingerprint"]
        self.assertEqual(shown["alice"]["fingerprint"], key)
        self.assertEqual((shown["bob"]["blocked"], shown["bob"]["locked_out"]), (False, False))
        self.assertIsNotNone(shown["bob"]["created"])
        plain = self.admin("users").text.splitlines()
        self.assertEqual(len(plain), 2)
        self.assertRegex(plain[0], "^alice  online since .*  created ")

    def test_a_server_without_users_is_said_with_nothing(self):
        self.assertEqual(self.admin("users").text, "")
        self.assertEqual(self.admin("sessions").text, "")

    def test_a_thousand_users_come_in_pieces(self):
        self.person(self.host, "alice")
        self.host.stop()
        with sqlite3.connect(self.host.database) as database:
            database.executemany(
                "INSERT INTO account (user, account_key, login_key, wrapped_key, serial, signed_list, created) "
                "VALUES (?, randomblob(32), randomblob(32), x'', 1, x'', 1)",
                [(f"user{k:05}",) for k in range(1000)])
        database.close()
        self.host.start()
        self.assertEqual(len(self.records("users", kind="user")), 1001)

    def test_sessions_that_run_are_shown(self):
        alice, bob = self.person(self.host, "alice"), self.person(self.host, "bob")
        waiting = self.spawn("chat", "--from", "alice", home=bob, json=True)
        waiting.expect_record("listening")
        calling = self.spawn("chat", "bob", home=alice, json=True)
        calling.expect_record("session", state="active")
        session, = self.records("sessions", kind="session")
        self.assertEqual((session["peers"], session["state"]), (["alice", "bob"], "active"))
        self.assertIn("alice/", self.admin("sessions").text)

    def test_stats_count_what_there_is(self):
        alice = self.person(self.host, "alice")
        waiting = self.spawn("receive", home=alice, json=True)
        waiting.expect_record("listening")
        self.log_in("nobody", 3)
        stats, = self.records("stats", kind="server_stats")
        self.assertEqual((stats["accounts"], stats["online"], stats["unknown_names"]), (1, 1, 1))
        self.assertIn("accounts", self.admin("stats").text)

    def test_without_a_server_it_is_7_and_one_line(self):
        self.host.stop()
        done = self.admin("users", code=7)
        self.assertEqual((done.text, done.stderr.count("\n")), ("", 1))
        self.assertFalse(os.path.exists(self.host.database + ".admin"))
        self.host.start()
        self.host.kill()
        self.admin("users", code=7)
        # What the killed one left gives way.
        self.host.start()
        self.admin("users")

    def test_words_that_mean_nothing_are_2(self):
        for words in ((), ("usrs",), ("block",), ("block", "bob", "bob"), ("users", "bob"), ("block", "No Name"),
                      ("token", "a", "b"), ("backup",), ("backup", ""), ("users", "--password", "x")):
            self.admin(*words, code=2)
        self.assertIn("'users'", self.admin("usrs", code=2).stderr)

    def test_the_default_database_is_that_of_the_home(self):
        home = self.home("server-home")
        running = self.spawn("serve", "--listen", "tls://127.0.0.1:0", home=home, json=True)
        running.expect_record("listening")
        self.run_ok("admin", "users", home=home)

    def test_a_path_longer_than_an_address_of_a_socket_works(self):
        folder = self.path(*["a" * 60] * 4)
        os.makedirs(folder, 0o700)
        name = os.path.join(folder, "b" * 200)
        running = self.spawn("serve", "--listen", "tls://127.0.0.1:0", "--db", name, home=self.home("s"), json=True)
        running.expect_record("listening")
        self.run_ok("admin", "--db", name, "stats")
        self.assertEqual(running.terminate(), 0)
        self.assertFalse(os.path.exists(name + ".admin"))


class Rights(admin_case.Admin):
    def setUp(self):
        super().setUp()
        self.host = self.server()

    def test_the_socket_is_open_to_its_user_alone(self):
        found = os.stat(self.host.database + ".admin")
        self.assertEqual(stat.S_IMODE(found.st_mode), 0o600)
        self.assertTrue(stat.S_ISSOCK(found.st_mode))

    @unittest.skipUnless(os.geteuid() == 0, "becomes another user")
    def test_another_user_is_closed_without_a_word_even_past_the_modes(self):
        address = self.host.database + ".admin"
        os.chmod(self.folder, 0o755)
        os.chmod(address, 0o666)
        # An end with its request unread is a reset to some.
        ask = """import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.settimeout(30)
try:
    s.sendall(b"\\0\\0\\0\\3\\4\\x0a\\0")
    print(len(s.recv(100)))
except (ConnectionResetError, BrokenPipeError):
    print(0)
"""
        done = subprocess.run(["/usr/bin/python3", "-c", ask, address], user=65534, group=65534, extra_groups=[],
                              capture_output=True, text=True, check=False, cwd="/")
        self.assertEqual(done.stdout.strip(), "0", done.stderr)
        self.host.process.expect_line("admin refused", stream="stderr")
        # The same bytes of the server's own user get an answer.
        with socket.socket(socket.AF_UNIX) as own:
            own.connect(address)
            own.sendall(b"\0\0\0\3\4\x0a\0")
            own.settimeout(30)
            self.assertGreater(len(own.recv(100)), 0)

    @unittest.skipUnless(os.geteuid() == 0, "becomes another user")
    def test_without_the_right_it_is_8(self):
        os.chmod(self.folder, 0o755)
        done = subprocess.run(self.command("admin", "--db", self.host.database, "users"), user=65534, group=65534,
                              extra_groups=[], capture_output=True, text=True, check=False, cwd="/",
                              env=p2pc.environment(self.folder))
        self.assertEqual((done.returncode, done.stderr.count("\n")), (8, 1), done)

    def test_a_server_in_a_folder_where_others_may_write_has_no_socket(self):
        folder = self.path("shared")
        os.mkdir(folder)
        os.chmod(folder, 0o777)
        name = os.path.join(folder, "db")
        running = self.spawn("serve", "--listen", "tls://127.0.0.1:0", "--db", name, home=self.home("s"), json=True)
        running.expect_record("listening")
        running.expect_line("no admin socket.*others may write", stream="stderr")
        self.run_code(7, "admin", "--db", name, "users")

    def test_what_is_no_request_is_closed_and_the_next_one_answered(self):
        address = self.host.database + ".admin"
        for noise in (b"\xff" * 4096, b"GET / HTTP/1.0\r\n\r\n", b"\0\1\0\1\4", b"\0\0\0\2\4\xff", b"\0\0\0\0\4"):
            with socket.socket(socket.AF_UNIX) as stranger:
                stranger.settimeout(30)
                stranger.connect(address)
                try:
                    stranger.sendall(noise)
                    while stranger.recv(4096):
                        pass
                except (ConnectionResetError, BrokenPipeError):
                    pass
        self.admin("users")

    def test_those_who_hold_the_socket_open_are_few_and_the_server_goes_on(self):
        address = self.host.database + ".admin"
        held = [socket.socket(socket.AF_UNIX) for _ in range(8)]
        try:
            for one in held:
                one.connect(address)
            self.admin("users", code=7)
            self.person(self.host, "alice")
        finally:
            for one in held:
                one.close()
        self.admin("users")


class Blocking(admin_case.Admin):
    def setUp(self):
        super().setUp()
        self.host = self.server()
        self.alice, self.bob = self.person(self.host, "alice"), self.person(self.host, "bob")

    def test_a_blocked_account_is_out_at_once_and_for_good(self):
        waiting = self.spawn("receive", "--from", "alice", home=self.bob, json=True)
        waiting.expect_record("listening")
        self.admin("block", "bob", json=True).record("admin", done="blocked", name="bob")
        self.assertEqual(waiting.wait(), 3)
        self.assertIn("blocked by the operator", waiting.stderr)
        self.run_code(3, "list", home=self.bob)
        self.log_in("bob", 3)
        self.run_code(5, "send", "bob", "-m", "hello", home=self.alice)
        self.assertTrue(self.user("bob")["blocked"])
        self.assertRegex(self.admin("users").text, "(?m)^bob .* blocked$")
        self.host.restart()
        self.run_code(3, "list", home=self.bob)
        self.admin("unblock", "bob")
        self.run_ok("list", home=self.bob)
        self.log_in("bob")

    def test_a_wrong_password_learns_nothing_of_a_block(self):
        self.admin("block", "bob")
        wrong = self.log_in("bob", 3, password="something else").stderr
        self.assertEqual(wrong, self.log_in("carol", 3, password="something else").stderr)
        self.assertNotIn("operator", wrong)

    def test_unblock_lifts_a_lockout(self):
        for _ in range(3):
            self.log_in("bob", 3, password="something else")
        self.assertTrue(self.user("bob")["locked_out"])
        self.assertIn("after three wrong passwords", self.log_in("bob", 3).stderr)
        self.admin("unblock", "bob")
        self.assertFalse(self.user("bob")["locked_out"])
        self.log_in("bob")

    def test_a_name_nobody_has_is_4(self):
        for words in (("block",), ("unblock",), ("token",), ("reset", "--yes"), ("remove", "--yes")):
            self.assertIn("no such user", self.admin(words[0], "carol", *words[1:], code=4).stderr)

    def test_remove_takes_the_account_and_its_connections(self):
        waiting = self.spawn("receive", home=self.bob, json=True)
        waiting.expect_record("listening")
        self.admin("remove", "bob", code=12)
        self.assertTrue(waiting.running())
        self.admin("remove", "bob", "--yes")
        self.assertEqual(waiting.wait(), 3)
        self.run_code(3, "list", home=self.bob)
        self.run_code(4, "send", "bob", "-m", "hello", home=self.alice)
        self.assertEqual([r["name"] for r in self.records("users", kind="user")], ["alice"])
        self.run_ok("register", "bob", "--server", self.host.url, "--password-file", self.bob.password_file,
                    home=self.home("another-bob"))

    def test_at_a_terminal_the_name_is_typed(self):
        for typed, code in (("alice", 1), ("bob", 0)):
            asked = self.terminal("admin", "--db", self.host.database, "remove", "bob")
            asked.expect("Type the name, bob")
            asked.type(typed + "\r")
            self.assertEqual(asked.wait(), code)
            self.assertEqual(len(self.records("users", kind="user")), 2 - (code == 0))


class Record(admin_case.Admin):
    def setUp(self):
        super().setUp()
        self.host = self.server()
        self.bob = self.person(self.host, "bob")

    def test_the_record_tells_who_came_and_what_was_done(self):
        self.log_in("bob", 3, password="something else")
        self.log_in("carol", 3, password="something else")
        self.log_in("bob")
        self.admin("block", "bob")
        self.log_in("bob", 3)
        self.admin("unblock", "bob")
        self.run_ok("logout", home=self.bob)
        rows = self.audited()
        told = [(r["event"], r["outcome"], r["name"]) for r in rows]
        self.assertEqual(told, [
            ("registered", "done", "bob"), ("login", "wrong", "bob"), ("login", "done", "bob"),
            ("device_added", "done", "bob"), ("admin_block", "done", "bob"), ("login", "refused", "bob"),
            ("admin_unblock", "done", "bob"), ("device_removed", "done", "bob")])
        self.assertEqual({r["source"] for r in rows if r["uid"] is None}, {"127.0.0.1"})
        self.assertEqual([r["uid"] for r in rows if r["uid"] is not None], [os.geteuid()] * 2)
        self.assertEqual(len({r["number"] for r in rows}), len(rows))
        self.assertEqual(len(self.admin("audit").text.splitlines()), len(rows))
        self.assertNotIn("carol", self.admin("audit").text)

    def test_three_wrong_passwords_are_a_lockout_and_further_ones_no_row(self):
        for _ in range(5):
            self.log_in("bob", 3, password="something else")
        self.assertEqual(len(self.audited(event="login")), 3)
        self.assertEqual(len(self.audited(event="lockout")), 1)

    def test_it_outlives_the_server_and_the_account(self):
        self.admin("remove", "bob", "--yes")
        self.host.restart()
        self.assertEqual([r["event"] for r in self.audited(name="bob")], ["registered", "admin_remove"])

    def test_a_long_record_comes_whole_and_in_order(self):
        self.host.stop()
        with sqlite3.connect(self.host.database) as database:
            database.executemany("INSERT INTO audit (at, event, outcome, user, source) "
                                 "VALUES (?, 'login', 'done', 'bob', '192.0.2.7')",
                                 [(1_700_000_000_000 + k,) for k in range(1000)])
        database.close()
        self.host.start()
        numbers = [r["number"] for r in self.audited()]
        self.assertEqual(len(numbers), 1001)
        self.assertEqual(numbers, sorted(numbers))


if __name__ == "__main__":
    p2pc.main()
