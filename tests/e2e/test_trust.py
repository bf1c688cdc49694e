"""Trust: pinned keys looked at, compared, replaced and forgotten."""

import fcntl
import os
import re
import shutil
import sqlite3

import p2pc
from waiting import Opened


class Trust(p2pc.Case):
    def setUp(self):
        super().setUp()
        self.host = self.server()
        self.alice, self.bob = self.person(self.host, "alice"), self.person(self.host, "bob")

    def meet(self, code=0, sender=None, to=None):
        """One message from alice to bob; what `send` printed."""
        sender, to = sender or self.alice, to or self.bob
        waiting = self.spawn("receive", "--from", sender.name, home=to, json=True)
        waiting.expect_record("listening")
        done = self.run_code(code, "send", "bob", "-m", "hello", home=sender, json=True)
        waiting.terminate()
        return done

    def trust_of(self, name, home):
        """What `info` says, and `list` with it."""
        info = self.run_ok("info", name, home=home, json=True).record("user")["trust"]
        listed = self.run_ok("list", "--all", home=home, json=True).record("user", name=name)["trust"]
        self.assertEqual(info, listed)
        return info

    def digits(self, name, home):
        return self.run_ok("trust", "show", name, home=home, json=True).record("pin")["digits"]

    def fingerprint(self, home):
        return self.run_ok("info", home=home, json=True).record("user")["fingerprint"]

    def remove_bob(self):
        """The server has no account of that name any more."""
        self.host.stop()
        with sqlite3.connect(self.host.database) as database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("DELETE FROM account WHERE user = 'bob'")
        database.close()
        self.host.start()

    def another_bob(self):
        """bob's name belongs to another account key from now on; the home that has it."""
        self.remove_bob()
        second = self.home("second-bob")
        self.run_ok("register", "bob", "--server", self.host.url, "--password-file", second.password_file,
                    home=second)
        return second


class Comparing(Trust):
    def test_both_see_the_same_digits_and_comparing_them_verifies(self):
        self.meet()
        self.assertEqual(self.trust_of("bob", self.alice), "pinned")
        shown = self.run_ok("trust", "show", "alice", home=self.bob)
        rows = re.findall(r"(?:\d{5}(?: |$)){6}", shown.text, re.MULTILINE)
        self.assertEqual(len(rows), 2, shown.text)
        digits = self.digits("bob", self.alice)
        self.assertEqual(digits, re.sub(r"\D", "", "".join(rows)))
        # As bob reads them, in groups.
        done = self.run_ok("trust", "verify", "bob", "--digits", " ".join(rows), home=self.alice, json=True)
        done.record("pin", name="bob", trust="verified", fingerprint=self.fingerprint(self.bob))
        self.assertEqual(self.trust_of("bob", self.alice), "verified")
        self.meet().record("session", state="active", trust="verified")
        self.assertEqual(self.trust_of("alice", self.bob), "pinned")

    def test_other_digits_are_9_and_change_nothing(self):
        self.meet()
        digits = self.digits("bob", self.alice)
        wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
        self.run_code(9, "trust", "verify", "bob", "--digits", wrong, home=self.alice)
        for none in (digits[1:], digits + "0", "x" * 60, ""):
            self.run_code(2, "trust", "verify", "bob", "--digits", none, home=self.alice)
        self.assertEqual(self.trust_of("bob", self.alice), "pinned")

    def test_before_a_first_contact_it_pins_the_key(self):
        self.assertEqual(self.trust_of("bob", self.alice), "new")
        shown = self.run_ok("trust", "show", "bob", home=self.alice, json=True).record("pin", trust="new")
        self.assertIsNone(shown["fingerprint"])
        self.assertEqual(shown["shown"], self.fingerprint(self.bob))
        self.run_ok("trust", "verify", "bob", "--digits", self.digits("alice", self.bob), home=self.alice)
        self.assertEqual(self.meet().record("session", state="active")["trust"], "verified")

    def test_off_a_terminal_the_digits_are_shown_and_nobody_is_asked(self):
        self.meet()
        done = self.run_code(12, "trust", "verify", "bob", home=self.alice, json=True, stdin="yes\n")
        self.assertEqual(done.record("pin")["digits"], self.digits("alice", self.bob))
        self.assertIn("--digits", done.stderr)
        plain = self.run_code(12, "trust", "verify", "bob", home=self.alice)
        self.assertEqual(re.sub(r"\D", "", plain.text), self.digits("alice", self.bob))
        self.assertEqual(self.trust_of("bob", self.alice), "pinned")

    def test_at_a_terminal_the_word_is_typed_in_full(self):
        self.meet()
        digits = self.digits("alice", self.bob)
        for answers, code, after in ((["y", "", "no"], 9, "pinned"), (["1" * 60], 9, "pinned"),
                                     (["maybe", "yes"], 0, "verified"), ([digits], 0, "verified")):
            terminal = self.terminal("trust", "verify", "bob", home=self.alice)
            terminal.expect(digits[:5] + " " + digits[5:10])
            for again, answer in enumerate(answers):
                terminal.expect_screen(lambda s: s.text().count("Type yes, no") == again, "the question")
                terminal.line(answer)
            self.assertEqual(terminal.wait(), code, terminal.text())
            self.assertEqual(self.trust_of("bob", self.alice), after, answers)

    def test_it_needs_no_server_for_a_pinned_key(self):
        self.meet()
        digits = self.digits("alice", self.bob)
        self.host.stop()
        self.run_ok("trust", "verify", "bob", "--digits", digits, home=self.alice)
        self.run_ok("trust", "list", home=self.alice, json=True).record("pin", name="bob", trust="verified")
        self.run_code(7, "trust", "show", "bob", home=self.alice)
        server = self.run_ok("trust", "server", home=self.alice, json=True).record("server_pin")
        self.assertEqual(server["fingerprint"], self.host.fingerprint)
        self.assertIn(self.host.fingerprint, self.run_ok("trust", "server", home=self.alice).text)

    def test_how_somebody_stands_is_shown_where_they_appear(self):
        self.assertIn("bob is new here", self.meet().stderr)
        waiting = self.spawn("receive", "--from", "alice", "-v", "-o", "in/", home=self.bob, json=True)
        waiting.expect_record("listening")
        done = self.run_ok("send", "-v", "bob", self.write_file("file", b"content"), home=self.alice)
        self.assertRegex(done.stderr, "bob/[^ ]+ is there: pinned, key " + self.fingerprint(self.bob))
        waiting.expect_record("session", state="active", trust="pinned")
        waiting.expect_record("offer", trust="pinned")
        waiting.terminate()
        self.assertIn(" is there: pinned, key " + self.fingerprint(self.alice), waiting.stderr)
        self.run_ok("trust", "verify", "bob", "--digits", self.digits("alice", self.bob), home=self.alice)
        self.assertRegex(self.run_ok("list", "--all", home=self.alice).text, "(?m)^bob .*verified$")
        bob = self.spawn("chat", home=self.bob, json=True)
        bob.expect_record("listening")
        alice = self.terminal("chat", "bob", home=self.alice)
        alice.expect("(verified); /close ends it")
        bob.expect_record("call", trust="pinned")
        bob.terminate()
        alice.key("ctrl-c")
        back = self.terminal("chat", home=self.bob)
        back.expect("you are bob/")
        call = self.spawn("chat", "bob", home=self.alice, json=True)
        back.expect("(pinned) calls: /accept 1")
        call.terminate()
        back.key("ctrl-c")


class Changing(Trust):
    def test_a_changed_key_is_taken_only_by_its_own_fingerprint(self):
        self.meet()
        old = self.fingerprint(self.bob)
        self.run_ok("trust", "verify", "bob", "--digits", self.digits("alice", self.bob), home=self.alice)
        # A list of devices much newer than the next bob's first: its serial must not stay.
        for name in ("box", "car"):
            home = self.home(name)
            self.run_ok("login", "bob", "--server", self.host.url, "--device", name, "--password-file",
                        home.password_file, home=home)
        self.meet()
        second = self.another_bob()
        new = self.fingerprint(second)
        self.assertEqual(self.trust_of("bob", self.alice), "changed")
        self.assertIn("p2pc trust show", self.meet(code=9, to=second).stderr)
        shown = self.run_ok("trust", "show", "bob", home=self.alice, json=True).record("pin", trust="changed")
        self.assertEqual((shown["fingerprint"], shown["shown"], shown["digits"]), (old, new, None))
        for wrong in (old, self.fingerprint(self.alice)):
            self.run_code(9, "trust", "accept", "bob", wrong, home=self.alice)
        for none in ("yes", new[:-1], new.upper()):
            self.run_code(2, "trust", "accept", "bob", none, home=self.alice)
        self.assertEqual(self.trust_of("bob", self.alice), "changed")
        self.run_ok("trust", "accept", "bob", new, home=self.alice)
        self.assertEqual(self.trust_of("bob", self.alice), "pinned")
        self.run_ok("trust", "accept", "bob", new, home=self.alice)
        self.meet(to=second).record("session", state="active", trust="pinned")
        self.run_code(9, "trust", "accept", "bob", old, home=self.alice)

    def test_nobody_is_pinned_by_accepting(self):
        self.run_code(1, "trust", "accept", "bob", self.fingerprint(self.bob), home=self.alice)
        self.assertEqual(self.trust_of("bob", self.alice), "new")
        self.assertEqual(self.run_ok("trust", "list", home=self.alice).text, "")

    def test_who_is_forgotten_is_new(self):
        self.meet()
        self.run_ok("trust", "forget", "bob", home=self.alice)
        self.run_code(1, "trust", "forget", "bob", home=self.alice)
        self.assertEqual(self.run_ok("trust", "list", home=self.alice, json=True).records, [])
        self.assertEqual(self.trust_of("bob", self.alice), "new")
        self.assertIn("bob is new here", self.meet(to=self.another_bob()).stderr)

    def test_who_is_pinned_while_forgetting_waits_for_the_home_is_forgotten(self):
        self.meet()
        key = self.run_ok("trust", "show", "bob", home=self.alice, json=True).record("pin")["fingerprint"]
        pins, lock = (os.path.join(self.alice.path, name) for name in ("pins", "lock"))
        shutil.copy(pins, pins + "-before")
        self.run_ok("trust", "forget", "bob", home=self.alice)
        with open(lock, "ab") as held, Opened(lock) as opened:
            fcntl.flock(held, fcntl.LOCK_EX)
            forgetting = self.spawn("trust", "forget", "bob", home=self.alice, json=True)
            opened.wait()
            os.rename(pins + "-before", pins)
        self.assertEqual(forgetting.wait(), 0)
        self.assertEqual(forgetting.records[0]["fingerprint"], key)
        self.assertEqual(self.run_ok("trust", "list", home=self.alice, json=True).records, [])

    def test_a_pin_outlives_its_account(self):
        self.meet()
        key = self.fingerprint(self.bob)
        self.remove_bob()
        shown = self.run_ok("trust", "show", "bob", home=self.alice, json=True).record("pin", trust="pinned")
        self.assertEqual((shown["fingerprint"], shown["shown"]), (key, None))
        self.run_code(4, "trust", "show", "carol", home=self.alice)

    def test_words_that_mean_nothing_are_2(self):
        for words in ((), ("lst",), ("show",), ("show", "bob", "bob"), ("list", "bob"), ("accept", "bob"),
                      ("show", "No Name"), ("list", "--digits", "1" * 60), ("show", "alice"),
                      ("verify", "alice")):
            self.run_code(2, "trust", *words, home=self.alice)
        self.assertIn("'list'", self.run_code(2, "trust", "lst", home=self.alice).stderr)


if __name__ == "__main__":
    p2pc.main()
