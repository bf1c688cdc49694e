"""Accounts and their server: registering, logging in and out, who is there, and the server's own rules."""

import os
import re
import shutil
import signal
import stat

import p2pc
from p2pc import PASSWORD


class Registering(p2pc.Case):
    def register(self, server, name, home, **options):
        return self.run_p2pc("register", name, "--server", server.url, "--password-file", home.password_file,
                             home=home, **options)

    def test_a_person_registers_and_every_command_knows_them(self):
        server = self.server()
        alice = self.home("alice")
        done = self.register(server, "alice", alice, json=True)
        self.assertEqual(done.code, 0, str(done))
        account = done.record("account", name="alice", server=server.address)
        self.assertEqual(self.run_ok("list", home=alice).text, "")
        user = self.run_ok("list", "--all", home=alice, json=True).record("user", name="alice")
        self.assertEqual(user["fingerprint"], account["fingerprint"])
        self.assertFalse(user["online"])
        self.assertIsNone(user["since"])
        own = self.run_ok("info", home=alice, json=True).record("user", name="alice")
        self.assertEqual(own["devices"], [{"name": account["device"], "endpoints": []}])
        self.assertEqual(self.run_ok("sessions", home=alice, json=True).records, [])

    def test_a_taken_name_is_13_and_the_home_stays_free(self):
        server = self.server()
        self.person(server, "alice")
        other = self.home("other")
        done = self.register(server, "alice", other)
        self.assertEqual(done.code, 13, str(done))
        self.assertNotIn("registration.key", os.listdir(other.path))
        self.assertEqual(self.register(server, "bob", other).code, 0)

    def test_a_home_that_is_logged_in_stays_what_it_is(self):
        server = self.server()
        alice = self.person(server, "alice")
        for verb in ("register", "login"):
            self.run_ok(verb, "alice", home=alice)
            self.run_ok(verb, home=alice)
            done = self.run_code(2, verb, "bob", home=alice)
            self.assertIn("logout", done.stderr)
            self.assertIn("--home", done.stderr)
            self.run_code(2, verb, "--server", "tls://elsewhere", home=alice)

    def test_weak_passwords_are_refused_with_the_reason(self):
        server = self.server()
        home = self.home("alice")
        for password in ("tiny", "password1", "alice"):
            home.write_password(password)
            done = self.register(server, "alice", home)
            self.assertEqual(done.code, 2, str(done))
            self.assertNotIn(password, done.stderr.partition("weak: ")[2])
        self.assertEqual(self.run_ok("list", "--all", home=self.person(server, "bob")).text.count("alice"), 0)

    def test_the_password_comes_from_flag_then_file_then_variable(self):
        server = self.server()
        self.person(server, "alice")
        home = self.home("first")
        wrong = home.write_password("wrong horse battery", self.path("wrong"))
        login = ("login", "alice", "--server", server.url)
        right = home.password_file
        self.run_code(3, *login, home=home, env={"P2PC_PASSWORD_FILE": wrong, "P2PC_PASSWORD": PASSWORD})
        self.run_ok(*login, "--password-file", right, home=home, env={"P2PC_PASSWORD_FILE": wrong})
        second, third = self.home("second"), self.home("third")
        self.run_ok(*login, home=second, env={"P2PC_PASSWORD": PASSWORD})
        self.run_ok(*login, "--password-file", "-", home=third, stdin=PASSWORD + "\n")

    def test_a_registration_that_is_closed_is_6(self):
        server = self.server(args=("--registration", "closed"))
        done = self.register(server, "alice", self.home("alice"))
        self.assertEqual(done.code, 6, str(done))


class Blocking(p2pc.Case):
    def login(self, server, home, password_file, name="alice"):
        return self.run_p2pc("login", name, "--server", server.url, "--password-file", password_file, home=home)

    def test_three_wrong_passwords_block_the_right_one_also_after_a_restart(self):
        server = self.server()
        alice = self.person(server, "alice")
        thief = self.home("thief")
        wrong = thief.write_password("wrong horse battery", self.path("wrong"))
        for _ in range(3):
            self.assertEqual(self.login(server, thief, wrong).code, 3)
        refused = self.login(server, thief, alice.password_file)
        self.assertEqual(refused.code, 3)
        self.assertIn("blocked", refused.stderr)
        server.restart()
        self.assertIn("blocked", self.login(server, thief, alice.password_file).stderr)
        told = self.run_ok("list", home=alice)
        self.assertRegex(told.stderr, r"^p2pc: 3 wrong passwords were tried on this account since you were last "
                                      r"told, the last at 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\n$")
        self.assertNotIn("wrong", self.run_ok("list", home=alice).stderr)
        self.run_ok("login", "--open-window", home=alice)
        self.assertEqual(self.login(server, thief, alice.password_file).code, 0)

    def test_failed_attempts_are_told_once_whatever_the_owner_does_next(self):
        server = self.server()
        alice = self.person(server, "alice")
        thief = self.home("thief")
        wrong = thief.write_password("wrong horse battery", self.path("wrong"))

        def tried(*argv, home, count="a wrong password"):
            done = self.run_ok(*argv, home=home, json=True)
            self.assertRegex(done.stderr, rf"(?m)^p2pc: {count} .*20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$")
            return done

        self.login(server, thief, wrong)
        self.login(server, thief, wrong)
        box = self.home("box")
        done = tried("login", "alice", "--server", server.url, "--device", "box", "--password-file",
                     box.password_file, home=box, count="2 wrong passwords")
        account = done.record("account")
        self.assertEqual(account["failed_attempts"], 2)
        self.assertRegex(account["last_failed"], r"^20\d\d-.*Z$")
        self.login(server, thief, wrong)
        tried("info", home=alice)
        self.login(server, thief, wrong)
        account = tried("login", "--open-window", home=alice).record("account")
        self.assertEqual(account["failed_attempts"], 1)
        account = self.run_ok("login", "--open-window", home=alice, json=True).record("account")
        self.assertEqual((account["failed_attempts"], account["last_failed"]), (0, None))
        self.login(server, thief, wrong)
        tried("logout", home=box)

    def test_two_wrong_ones_survive_a_kill_of_the_server(self):
        server = self.server()
        alice = self.person(server, "alice")
        other = self.home("other")
        wrong = other.write_password("wrong horse battery", self.path("wrong"))
        self.login(server, other, wrong)
        self.login(server, other, wrong)
        server.kill()
        server.start()
        self.login(server, other, wrong)
        self.assertIn("blocked", self.login(server, other, alice.password_file).stderr)

    def test_an_unknown_name_is_answered_as_a_known_one(self):
        server = self.server()
        self.person(server, "alice")
        home = self.home("stranger")
        wrong = home.write_password("wrong horse battery", self.path("wrong"))

        def answers(name):
            done = [self.login(server, home, wrong, name) for _ in range(4)]
            return [(d.code, re.sub(r"\d+", "N", d.stderr)) for d in done]

        self.assertEqual(answers("alice"), answers("nobody"))


class Devices(p2pc.Case):
    def second(self, server, name="second"):
        home = self.home(name)
        self.run_ok("login", "alice", "--server", server.url, "--device", name, "--password-file",
                    home.password_file, home=home)
        return home

    def test_a_taken_device_name_gets_a_number(self):
        server = self.server()
        self.person(server, "alice")
        self.second(server, "box")
        again = self.home("again")
        done = self.run_ok("login", "alice", "--server", server.url, "--device", "box", "--password-file",
                           again.password_file, home=again, json=True)
        self.assertEqual(done.record("account")["device"], "box-2")

    def test_a_device_that_was_removed_is_out_at_once(self):
        server = self.server()
        alice = self.person(server, "alice")
        second, third = self.second(server), self.second(server, "third")
        self.run_code(1, "logout", "nosuch", home=alice)
        self.run_ok("logout", "second", home=alice)
        self.run_code(3, "list", home=second)
        self.run_ok("list", home=third)
        self.run_ok("logout", "--all", home=alice)
        self.run_code(3, "list", home=third)
        self.run_ok("list", home=alice)

    def test_logging_out_wipes_the_keys_and_keeps_the_pins(self):
        server = self.server()
        alice = self.person(server, "alice")
        before = set(os.listdir(alice.path))
        self.run_ok("logout", home=alice)
        gone = before - set(os.listdir(alice.path))
        self.assertIn("device.key", gone)
        self.assertNotIn("pins", gone)
        self.run_code(3, "list", home=alice)
        self.run_code(3, "logout", home=alice)

    def test_logging_out_without_the_server_wipes_here_and_is_7(self):
        server = self.server()
        alice = self.person(server, "alice")
        server.stop()
        self.run_code(7, "logout", home=alice)
        self.run_code(3, "list", home=alice)


class Watching(p2pc.Case):
    def test_a_watcher_sees_accounts_come_and_the_server_go_and_return(self):
        server = self.server()
        alice = self.person(server, "alice")
        watch = self.spawn("list", "--all", "--watch", home=alice, json=True)
        watch.expect_record("user", name="alice")
        self.person(server, "bob")
        watch.expect_record("user", name="bob", online=False)
        server.kill()
        watch.expect_record("server", state="lost")
        server.start()
        watch.expect_record("server", state="back")
        self.person(server, "carol")
        watch.expect_record("user", name="carol")
        names = [r["name"] for r in watch.records if r["type"] == "user"]
        self.assertEqual(names, ["alice", "bob", "carol"], "nobody is printed twice for nothing")

    def test_a_watcher_whose_device_is_removed_ends_with_3(self):
        server = self.server()
        alice = self.person(server, "alice")
        box = self.home("box")
        self.run_ok("login", "alice", "--server", server.url, "--device", "box", "--password-file",
                    box.password_file, home=box)
        watch = self.spawn("list", "--all", "--watch", home=box, json=True)
        watch.expect_record("user", name="alice")
        self.run_ok("logout", "box", home=alice)
        watch.expect_record("error", code=3)
        self.assertEqual(watch.wait(), 3)

    def test_a_signal_ends_it_as_a_signal(self):
        server = self.server()
        alice = self.person(server, "alice")
        for number, code in ((signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGTERM, 143)):
            watch = self.spawn("list", "--all", "--watch", home=alice, json=True)
            watch.expect_record("user", name="alice")
            watch.signal(number)
            self.assertEqual(watch.wait(), code)
            self.assertEqual(watch.stderr, "")


class Serving(p2pc.Case):
    def test_it_drains_and_ends_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.server(name=f"server{number}")
            alice = self.person(server, f"alice{number}")
            watch = self.spawn("list", "--all", "--watch", home=alice, json=True)
            watch.expect_record("user", name=alice.name)
            server.process.signal(number)
            self.assertEqual(server.process.wait(), 0)
            watch.expect_record("server", state="lost")

    def test_a_second_server_on_the_same_database_is_8_and_a_crash_frees_it(self):
        server = self.server()
        done = self.run_code(8, "serve", "--db", server.database, "--listen", "tls://127.0.0.1:0",
                             home=self.home("second"))
        self.assertIn("in use", done.stderr)
        server.kill()
        server.start()

    def test_an_address_in_use_is_8(self):
        server = self.server()
        self.run_code(8, "serve", "--db", self.path("other.db"), "--listen", server.address, home=self.home("x"))

    def test_a_restart_keeps_key_and_accounts(self):
        server = self.server()
        alice = self.person(server, "alice")
        before = server.fingerprint
        server.restart()
        self.assertEqual(server.fingerprint, before)
        self.run_ok("list", home=alice)

    def test_databases_that_are_none_are_8_and_stay_as_they_are(self):
        noise = self.write_file("noise.db", os.urandom(8192))
        empty = self.write_file("empty.db", b"")
        for path in (noise, empty):
            os.chmod(path, 0o600)  # or that would be the reason
        os.mkdir(self.path("folder.db"))
        for path in (noise, empty, self.path("folder.db")):
            before = self.read_file(path) if os.path.isfile(path) else None
            self.run_code(8, "serve", "--db", path, "--listen", "tls://127.0.0.1:0", home=self.home("x"))
            if before is not None:
                self.assertEqual(self.read_file(path), before)

    def test_its_log_is_one_line_an_event_and_holds_no_secret(self):
        server = self.server()
        alice = self.person(server, "alice")
        self.run_ok("list", home=alice)
        server.stop()
        for line in server.process.stderr.splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|warning|error) ")
        self.assertNotIn(PASSWORD, server.process.stderr)

    def test_several_addresses_serve_one_directory(self):
        home = self.home("server")
        process = self.spawn("serve", "--db", self.path("x.db"), "--listen", "tls://127.0.0.1:0", "--listen",
                             "tcp://127.0.0.1:0", home=home, json=True)
        record = process.expect_record("listening")
        key = record["fingerprint"]
        tls, tcp = record["endpoints"]
        alice, again = self.home("alice"), self.home("again")
        self.run_ok("register", "alice", "--server", f"{tls}#{key}", "--password-file", alice.password_file, home=alice)
        self.run_ok("login", "alice", "--server", f"{tcp}#{key}", "--password-file", again.password_file, home=again)


class Keys(p2pc.Case):
    def test_a_server_with_another_key_is_9_at_login_and_ever_after(self):
        server = self.server()
        alice = self.person(server, "alice")
        other = "a" * 51 + ("a" if server.fingerprint[-1] != "a" else "q")
        stranger = self.home("stranger")
        self.run_code(9, "login", "alice", "--server", f"{server.address}#{other}", "--password-file",
                      stranger.password_file, home=stranger)
        server.stop()
        os.remove(server.database)
        server.start()
        done = self.run_code(9, "list", home=alice, json=True)
        self.assertFalse(done.record("error", code=9)["retry"])

    def test_another_server_than_the_logins_is_3_and_nothing_is_sent(self):
        server = self.server()
        alice = self.person(server, "alice")
        elsewhere = "tls://192.0.2.1:9876"
        self.run_code(3, "list", "--server", elsewhere, home=alice)
        self.run_code(3, "list", home=alice, env={"P2PC_SERVER": elsewhere})
        self.run_code(3, "list", "--server", f"{server.address}#{'a' * 52}", home=alice)
        self.run_ok("list", "--server", server.address, home=alice)
        moved = server.url.replace("127.0.0.1", "localhost")
        self.run_ok("list", "--server", moved, home=alice)

    def test_damaged_homes_are_8_and_never_rewritten(self):
        server = self.server()
        alice = self.person(server, "alice")

        def flip(path):
            data = bytearray(self.read_file(path))
            data[len(data) // 2] ^= 1
            self.write_file(path, bytes(data))

        def to_link(path):
            os.rename(path, path + ".real")
            os.symlink(path + ".real", path)

        harms = {
            "open to others": lambda path: os.chmod(path, 0o644),
            "a link": to_link,
            "truncated": lambda path: os.truncate(path, os.path.getsize(path) // 2),
            "empty": lambda path: os.truncate(path, 0),
            "changed": flip,
        }
        for file in ("login", "device.key"):
            for what, harm in harms.items():
                with self.subTest(file=file, what=what):
                    home = self.home("harmed")
                    shutil.copytree(alice.path, home.path, symlinks=True)
                    path = os.path.join(home.path, file)
                    harm(path)
                    before = (self.read_file(path), stat.S_IMODE(os.lstat(path).st_mode))
                    self.run_code(8, "list", home=home)
                    self.run_code(8, "login", "alice", home=home)
                    self.assertEqual((self.read_file(path), stat.S_IMODE(os.lstat(path).st_mode)), before)
                    shutil.rmtree(home.path)

    def test_a_home_others_may_write_to_is_8(self):
        home = self.home("alice")
        os.mkdir(home.path)
        os.chmod(home.path, 0o777)
        self.run_code(8, "list", home=home)
        self.write_file("file", b"")
        home.path = self.path("file")
        self.run_code(8, "list", home=home)


if __name__ == "__main__":
    p2pc.main()
