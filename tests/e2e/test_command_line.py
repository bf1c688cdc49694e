"""The command line itself: codes, streams, configuration, prompts; what every command has in common."""

import os
import signal
import socket
import sqlite3
import subprocess
import time

import p2pc
from p2pc import PASSWORD


class Codes(p2pc.Case):
    """One row a code that can happen without a peer, plain and --json."""

    def check(self, code, *args, retry=False, stdin=b"", **options):
        plain = self.run_code(code, *args, stdin=stdin, **options)
        self.assertEqual(plain.stdout, b"", str(plain))
        self.assertRegex(plain.stderr, r"\Ap2pc: [^\n]+\n\Z", str(plain))
        done = self.run_code(code, *args, stdin=stdin, json=True, **options)
        error = done.records[-1]
        self.assertEqual((error["type"], error["code"], error["retry"]), ("error", code, retry), str(done))
        self.assertTrue(error["what"] and error["message"])
        self.assertEqual(done.stderr, plain.stderr)
        quiet = self.run_code(code, "-q", *args, stdin=stdin, **options)
        self.assertEqual((quiet.stdout, quiet.stderr), (b"", ""))
        return plain

    def test_each_code(self):
        server = self.server()
        alice = self.person(server, "alice")
        nobody = self.home("nobody")
        register = ("register", "alice", "--server", server.url)
        self.check(2, "list", "--bogus", home=alice)
        self.check(2, "list", "--server", "bogus://x", home=self.home("fresh"))
        self.check(3, "list", home=nobody)
        self.check(4, "info", "bob", home=alice)
        self.check(8, *register, "--password-file", self.path("missing"), home=nobody)
        self.check(8, "list", "--config", self.path("missing"), home=alice)
        self.check(12, *register, home=nobody)
        self.check(12, "register", "--server", server.url, "--password-file", alice.password_file, home=nobody)
        self.check(13, *register, "--password-file", alice.password_file, home=nobody)
        server.stop()
        self.check(7, "list", home=alice, retry=True)
        self.check(7, *register, "--password-file", alice.password_file, home=nobody, retry=True)

    def test_each_code_of_send_and_receive(self):
        server = self.server()
        alice, bob = self.person(server, "alice"), self.person(server, "bob")
        path = self.write_file("file", b"content")
        self.check(2, "send", "bob", home=alice)
        self.check(2, "send", "bob", "-m", "x" * 16385, home=alice)
        self.check(4, "send", "carol", path, home=alice)
        self.check(5, "send", "bob", path, home=alice, retry=True)
        self.check(5, "send", "--wait=10ms", "bob", "-m", "hi", home=alice, retry=True)
        self.check(8, "send", "bob", self.path("missing"), home=alice)
        self.check(8, "receive", "-o", self.path("missing/file"), home=bob)
        closed = self.spawn("receive", "--from", "carol", home=bob, json=True)
        closed.expect_record("listening")
        self.check(6, "send", "bob", path, home=alice)
        closed.terminate()
        # A first contact pins bob's key; then bob's name belongs to another key.
        self.receive_one(bob, alice)
        server.stop()
        with sqlite3.connect(server.database) as database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("DELETE FROM account WHERE user = 'bob'")
        database.close()
        server.start()
        second = self.home("second-bob")
        self.run_ok("register", "bob", "--server", server.url, "--password-file", second.password_file, home=second)
        waiting = self.spawn("receive", "--from", "alice", home=second, json=True)
        waiting.expect_record("listening")
        self.check(9, "send", "bob", path, home=alice)
        self.assertEqual(self.run_ok("info", "bob", home=alice, json=True).record("user")["trust"], "changed")

    def receive_one(self, to, sender):
        waiting = self.spawn("receive", "--once", "--from", sender.name, home=to, json=True)
        waiting.expect_record("listening")
        self.run_ok("send", to.name, "-m", "hello", home=sender)
        self.assertEqual(waiting.wait(), 0)

    def test_the_first_failure_in_the_order_of_the_contract_counts(self):
        server = self.server()
        alice = self.person(server, "alice")
        server.stop()
        with open(os.path.join(alice.path, "config.toml"), "w", encoding="utf-8") as config:
            config.write("bogus = 1\n")
        self.assertIn("No Name", self.run_code(2, "info", "No Name", home=alice).stderr)
        self.assertIn("bogus", self.run_code(2, "list", home=alice).stderr)
        os.remove(os.path.join(alice.path, "config.toml"))
        os.truncate(os.path.join(alice.path, "login"), 3)
        self.run_code(2, "info", "No Name", home=alice)
        self.run_code(8, "list", "--server", "tls://elsewhere", home=alice)

    def test_nobody_to_ask_names_what_would_have_answered(self):
        home = self.home("alice")
        far = "tls://192.0.2.1"
        for stdin in (b"", b"y\n"):
            done = self.check(12, "login", "alice", "--server", far, "--password-file", home.password_file, home=home,
                              stdin=stdin)
            self.assertIn("--tls-ca", done.stderr)
            self.assertIn("#FINGERPRINT", done.stderr)
        self.assertIn("--password-file", self.check(12, "login", "alice", "--server", far, home=home).stderr)
        self.assertIn("USER", self.check(12, "login", "--server", far, home=home).stderr)

    def test_plain_tcp_beyond_loopback_is_refused_unless_allowed(self):
        home = self.home("alice")
        login = ("login", "alice", "--server", "tcp://192.0.2.1", "--password-file", home.password_file)
        self.assertIn("--insecure-plain", self.check(2, *login, home=home).stderr)
        self.check(12, *login, "--insecure-plain", home=home)

    def test_a_scheme_without_its_plugin_names_those_there_are(self):
        done = self.check(2, "serve", "--listen", "carrier://x", "--db", self.path("x.db"), home=self.home("x"))
        self.assertIn("tcp, tls", done.stderr)
        self.assertFalse(os.path.exists(self.path("x.db")))


class Silence(p2pc.Case):
    """A server that takes connections and says nothing."""

    def setUp(self):
        super().setUp()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.socket.close)
        home = self.home("alice")
        url = f"tls://127.0.0.1:{self.socket.getsockname()[1]}#{'a' * 52}"
        self.login = ("login", "alice", "--server", url, "--password-file", home.password_file)

    def test_it_is_7_after_ten_seconds(self):
        began = time.monotonic()
        self.assertIn("cannot connect", self.run_code(7, *self.login, home=self.home("alice")).stderr)
        self.assertTrue(9 < time.monotonic() - began < 20, "not after ten seconds")

    def test_a_signal_ends_the_waiting_as_a_signal(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            process = self.spawn(*self.login, home=self.home("alice"))
            connection, _ = self.socket.accept()
            with connection:
                connection.recv(1)
                process.signal(number)
                self.assertEqual(process.wait(timeout=7), code)  # before it would give up by itself
            self.assertEqual(process.stderr, "")


class Streams(p2pc.Case):
    def test_help_and_version_go_to_stdout_and_end_with_0(self):
        whole = self.run_ok().text
        self.assertEqual(self.run_ok("help").text, whole)
        self.assertEqual(self.run_ok("--help").text, whole)
        self.assertRegex(self.run_ok("list", "--bogus", "--version").text, r"^p2pc \d+\.\d+\.\d+\n$")
        self.assertIn("RECEIVER", self.run_ok("send", "--help").text)
        self.assertEqual(self.run_ok("help", "send").text, self.run_ok("send", "--help").text)
        for command in ("serve", "register", "login", "logout", "list", "info", "chat", "send", "receive", "sessions"):
            self.assertIn(command, whole)

    def test_a_mistyped_command_suggests_the_nearest(self):
        done = self.run_code(2, "recieve")
        self.assertIn("'receive'", done.stderr)

    def test_a_control_character_of_an_argument_reaches_no_terminal(self):
        done = self.run_code(2, "list", "--\x1b]0;x\x07")
        self.assertNotIn("\x1b", done.stderr)

    def test_a_reader_that_goes_ends_it_by_sigpipe(self):
        server = self.server()
        alice = self.person(server, "alice")
        argv = self.command("list", "--all", "--watch", home=alice, json=True)
        watch = subprocess.Popen(argv, env=p2pc.environment(self.folder), stdout=subprocess.PIPE, cwd=self.folder)
        watch.stdout.readline()
        watch.stdout.close()
        self.person(server, "bob")
        self.assertEqual(watch.wait(p2pc.PATIENCE), -signal.SIGPIPE)

    def test_an_answer_that_cannot_be_written_is_8(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            argv = self.command("help")
            done = subprocess.run(argv, env=p2pc.environment(self.folder), stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 8)
        self.assertIn(b"No space left", done.stderr)

    def test_closed_streams_are_no_other_files(self):
        server = self.server()
        alice = self.person(server, "alice")
        for closing in (0, 1, 2):
            done = subprocess.run(self.command("list", "--all", home=alice), env=p2pc.environment(self.folder),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  preexec_fn=lambda fd=closing: os.close(fd), check=False)
            self.assertEqual(done.returncode, 8 if closing == 1 else 0)
        self.run_ok("list", home=alice)


class Configuration(p2pc.Case):
    def configure(self, home, text):
        os.makedirs(home.path, mode=0o700, exist_ok=True)
        self.write_file(os.path.join(home.path, "config.toml"), text.encode())

    def test_a_key_is_a_flag_of_its_command(self):
        server = self.server()
        home = self.home("alice")
        self.configure(home, f'json = true\nserver = "{server.url}"\n[register]\npassword-file = "{home.password_file}"\n'
                             'device = "box"')
        done = self.run_ok("register", "alice", home=home)
        self.assertEqual(done.record("account", name="alice")["device"], "box")

    def test_what_is_wrong_is_2_with_the_line(self):
        home = self.home("alice")
        for text, line in (("json = true\nbogus = 1\n", 2), ("json = true\njson = false\n", 2), ("[list]\n\nall = 1\n", 3)):
            self.configure(home, text)
            self.assertIn(f"config.toml:{line}: ", self.run_code(2, "list", home=home).stderr)

    def test_the_environment_wins_over_it_and_the_flag_over_both(self):
        home = self.home("alice")
        self.configure(home, 'server = "bogus1://x"\n')
        login = ("login", "alice", "--password-file", home.password_file)
        self.assertIn("bogus1", self.run_code(2, *login, home=home).stderr)
        env = {"P2PC_SERVER": "bogus2://x"}
        self.assertIn("bogus2", self.run_code(2, *login, home=home, env=env).stderr)
        self.assertIn("bogus3", self.run_code(2, *login, "--server", "bogus3://x", home=home, env=env).stderr)


class Prompts(p2pc.Case):
    def test_a_new_password_is_asked_twice_without_echo(self):
        server = self.server()
        terminal = self.terminal("register", "--server", server.url, home=self.home("alice"))
        terminal.expect("User name:")
        terminal.line("alice")
        terminal.expect("Password for alice:")
        terminal.line("short")
        terminal.expect("too weak")
        for question, times in (("Password for alice:", 2), ("The same again:", 1)):
            terminal.expect_screen(lambda s: s.text().count(question) == times, question)
            self.assertFalse(terminal.echoes())
            terminal.line(PASSWORD)
        terminal.expect("registered alice/")
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn(PASSWORD, terminal.text())
        self.assertTrue(terminal.restored())

    def test_a_signal_at_the_prompt_leaves_the_terminal_as_it_was(self):
        server = self.server()
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            terminal = self.terminal("login", "alice", "--server", server.url, home=self.home("alice"))
            terminal.expect("Password for alice:")
            terminal.signal(number)
            self.assertEqual(terminal.wait(), code)
            self.assertTrue(terminal.restored())

    def test_the_end_of_input_at_a_prompt_is_12(self):
        server = self.server()
        terminal = self.terminal("login", "--server", server.url, home=self.home("alice"))
        terminal.expect("User name:")
        terminal.key("ctrl-d")
        self.assertEqual(terminal.wait(), 12)


if __name__ == "__main__":
    p2pc.main()
