"""invite: one says a code, the other types it, and both are verified without trusting the server."""

import os
import re
import signal
import sqlite3

import p2pc

DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017",
        "9438617205", "2581436790")


def with_check_digit(digits):
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return digits + str(interim)


def another(code):
    """A code that could be one, and is not this one."""
    return with_check_digit(code[:9] + str((int(code[9]) + 1) % 10))


class Invites(p2pc.Case):
    SCHEME = "tls"

    def setUp(self):
        super().setUp()
        self.host = self.server(self.SCHEME)
        self.alice, self.bob = self.person(self.host, "alice"), self.person(self.host, "bob")

    def invite(self, *args, home=None):
        """bob's `invite`, and its code."""
        waiting = self.spawn("invite", *args, home=home or self.bob, json=True)
        return waiting, waiting.expect_record("invite")["code"]

    def code_file(self, text):
        return self.write_file("code", text.encode())

    def verify(self, exit_code, text, home=None, **options):
        return self.run_code(exit_code, "trust", "verify", "bob", "--code-file", self.code_file(text),
                             home=home or self.alice, **options)

    def pins(self, home):
        return {pin["name"]: pin["trust"] for pin in self.run_ok("trust", "list", home=home, json=True).records}


class Proving(Invites):
    def test_both_are_verified_at_their_first_contact(self):
        waiting, code = self.invite()
        self.assertRegex(code, r"^\d{11}$")
        self.assertEqual(with_check_digit(code[:10]), code)
        done = self.verify(0, code + "\n", json=True)
        pin = done.record("pin", name="bob", trust="verified")
        self.assertEqual(waiting.wait(), 0, waiting.stderr)
        self.assertEqual(waiting.expect_record("pin", trust="verified")["name"], "alice")
        self.assertEqual(pin["fingerprint"], self.run_ok("info", home=self.bob, json=True).record("user")["fingerprint"])
        self.assertEqual(self.pins(self.alice), {"bob": "verified"})
        self.assertEqual(self.pins(self.bob), {"alice": "verified"})
        log = self.run_ok("sessions", home=self.alice, json=True).record("session")
        self.assertEqual((log["state"], log["reason"]), ("ended", "closed"))

    def test_people_say_it_and_type_it(self):
        bob = self.terminal("invite", "alice", home=self.bob)
        bob.expect("say it to alice, who types it after: p2pc trust verify bob --code")
        code = re.search(r"^\d{4} \d{4} \d{3}$", bob.text(), re.MULTILINE).group()
        alice = self.terminal("trust", "verify", "bob", "--code", home=self.alice)
        alice.expect("The code that bob says:")
        alice.line(code[:-1] + str((int(code[-1]) + 1) % 10))
        alice.expect_screen(lambda s: s.text().count("The code that bob says:") == 2, "the question again")
        alice.line(code.replace(" ", "-"))
        self.assertEqual(alice.wait(), 0, alice.text())
        self.assertEqual(bob.wait(), 0, bob.text())
        self.assertIn("proved bob: ", alice.text())
        self.assertIn("proved alice: ", bob.text())
        self.assertEqual(self.pins(self.alice), {"bob": "verified"})
        self.assertEqual(self.pins(self.bob), {"alice": "verified"})

    def test_a_wrong_code_is_9_at_both_ends_pins_nobody_and_uses_it_up(self):
        waiting, code = self.invite()
        done = self.verify(9, another(code), json=True)
        self.assertEqual(done.record("error")["what"], "wrong_code")
        self.assertEqual(waiting.wait(), 9, waiting.stderr)
        waiting.expect_record("error", code=9, what="wrong_code")
        self.assertEqual((self.pins(self.alice), self.pins(self.bob)), ({}, {}))
        self.verify(5, code)

    def test_a_slip_of_the_keyboard_is_2_and_uses_nothing_up(self):
        waiting, code = self.invite()
        swapped = next(code[:i] + code[i + 1] + code[i] + code[i + 2:] for i in range(10) if code[i] != code[i + 1])
        for slip in (code[:-1] + str((int(code[-1]) + 1) % 10), swapped, code[:-1], code + "0", "", "a code"):
            done = self.verify(2, slip)
            self.assertNotIn(code[:4], done.stderr)
        self.verify(0, " ".join(code))
        self.assertEqual(waiting.wait(), 0)

    def test_who_is_pinned_is_verified(self):
        waiting = self.spawn("receive", "--from", "alice", home=self.bob, json=True)
        waiting.expect_record("listening")
        self.run_ok("send", "bob", "-m", "hello", home=self.alice)
        waiting.terminate()
        self.assertEqual(self.pins(self.alice), {"bob": "pinned"})
        waiting, code = self.invite("alice")
        self.verify(0, code)
        self.assertEqual(waiting.wait(), 0)
        self.assertEqual((self.pins(self.alice), self.pins(self.bob)), ({"bob": "verified"}, {"alice": "verified"}))

    def test_off_a_terminal_the_code_comes_from_stdin_or_the_environment(self):
        waiting, code = self.invite()
        self.run_ok("trust", "verify", "bob", "--code", home=self.alice, env={"P2PC_INVITE_CODE": code})
        self.assertEqual(waiting.wait(), 0)
        waiting, code = self.invite()
        # The file goes before the environment.
        self.run_ok("trust", "verify", "bob", "--code-file", "-", home=self.alice, stdin=code + "\n",
                    env={"P2PC_INVITE_CODE": another(code)})
        self.assertEqual(waiting.wait(), 0)
        done = self.run_code(12, "trust", "verify", "bob", "--code", home=self.alice, stdin=code + "\n")
        self.assertIn("--code-file", done.stderr)

    def test_the_code_is_in_no_argument_and_in_no_file(self):
        waiting, code = self.invite()
        alice = self.terminal("trust", "verify", "bob", "--code", home=self.alice)
        alice.expect("The code that bob says:")
        alice.type(code)
        forms = [form.encode() for form in (code, code[:10], f"{code[:4]} {code[4:8]} {code[8:]}")]
        for pid in (waiting.pid, alice.pid):
            for name in ("cmdline", "environ"):
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    content = file.read()
                self.assertFalse([form for form in forms if form in content], name)
        alice.key("enter")
        self.assertEqual((alice.wait(), waiting.wait()), (0, 0))
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                if not os.path.isfile(path):
                    continue  # the operator's socket
                with open(path, "rb") as file:
                    content = file.read()
                self.assertFalse([form for form in forms if form in content], name)
        self.assertNotIn(code, waiting.stderr)


class Unbound(Invites):
    SCHEME = "tcp"

    def test_a_transport_without_a_binding_does_as_well(self):
        waiting, code = self.invite()
        self.verify(0, code)
        self.assertEqual(waiting.wait(), 0)
        waiting, code = self.invite()
        self.verify(9, another(code))
        self.assertEqual(waiting.wait(), 9)


class Waiting(Invites):
    def test_nobody_comes_is_5(self):
        done = self.run_code(5, "invite", "--wait", "500ms", home=self.bob)
        self.assertRegex(done.text, r"^\d{4} \d{4} \d{3}\n$")
        self.assertIn("nobody came", done.stderr)

    def test_a_signal_ends_it(self):
        waiting, code = self.invite()
        waiting.signal(signal.SIGINT)
        self.assertEqual(waiting.wait(), 130)
        self.verify(5, code)

    def test_somebody_else_than_the_one_named_is_passed_over(self):
        carol = self.person(self.host, "carol")
        waiting, code = self.invite("alice")
        self.verify(6, code, home=carol)
        self.assertEqual(self.pins(carol), {})
        self.verify(0, code)
        self.assertEqual(waiting.wait(), 0)
        self.assertIn("carol was passed over", waiting.stderr)

    def test_who_waits_is_not_online_and_takes_nothing_else(self):
        waiting, code = self.invite()
        self.assertEqual(self.run_ok("list", home=self.alice, json=True).records, [])
        self.run_code(5, "send", "bob", "-m", "hello", home=self.alice)
        receiving = self.spawn("receive", "--from", "alice", home=self.bob, json=True)
        receiving.expect_record("listening")
        self.run_ok("send", "bob", "-m", "hello", home=self.alice)
        self.verify(0, code)
        receiving.terminate()
        self.assertEqual(waiting.wait(), 0)

    def test_nobody_is_called_who_does_not_wait_with_an_invite(self):
        self.verify(5, with_check_digit("4821390657"))
        receiving = self.spawn("receive", "--from", "alice", home=self.bob, json=True)
        receiving.expect_record("listening")
        done = self.verify(5, with_check_digit("4821390657"))
        self.assertIn("p2pc invite", done.stderr)
        receiving.terminate()
        self.assertEqual(self.pins(self.alice), {})

    def test_the_server_may_go_and_come_back_meanwhile(self):
        waiting, code = self.invite()
        self.host.stop()
        waiting.expect_record("server", state="lost")
        self.host.start()
        waiting.expect_record("server", state="back")
        self.verify(0, code)
        self.assertEqual(waiting.wait(), 0)


class Changed(Invites):
    """bob's name belongs to another account key than the one that alice has pinned."""

    def setUp(self):
        super().setUp()
        waiting, code = self.invite()
        self.verify(0, code)
        self.assertEqual(waiting.wait(), 0)
        self.host.stop()
        with sqlite3.connect(self.host.database) as database:
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("DELETE FROM account WHERE user = 'bob'")
        database.close()
        self.host.start()
        self.second = self.home("second-bob")
        self.run_ok("register", "bob", "--server", self.host.url, "--password-file", self.second.password_file,
                    home=self.second)

    def test_who_types_is_told_before_anything_of_the_code_is_used(self):
        waiting, code = self.invite(home=self.second)
        done = self.verify(9, code, json=True)
        self.assertEqual(done.record("error")["what"], "identity")
        self.assertEqual(self.run_ok("info", "bob", home=self.alice, json=True).record("user")["trust"], "changed")
        waiting.expect_line("alice came, and could not be reached", stream="stderr")
        carol = self.person(self.host, "carol")
        self.run_ok("trust", "verify", "bob", "--code-file", self.code_file(code), home=carol)
        self.assertEqual(waiting.wait(), 0)

    def test_who_waits_is_told_before_there_is_a_code_or_a_link(self):
        done = self.run_code(9, "invite", "bob", home=self.alice)
        self.assertEqual(done.text, "")
        waiting, code = self.invite(home=self.alice)
        self.run_code(6, "trust", "verify", "alice", "--code-file", self.code_file(code), home=self.second)
        self.assertEqual(waiting.wait(), 9, waiting.stderr)
        waiting.expect_record("error", what="identity")
        self.assertEqual(self.pins(self.second), {})


class Words(Invites):
    def test_words_that_mean_nothing_are_2(self):
        for words in (("alice", "carol"), ("No Name",), ("bob",), ("--wait", "11m"), ("--wait", "0"), ("--wait",),
                      ("--code",), ("--listen", "nowhere")):
            self.run_code(2, "invite", *words, home=self.bob)
        file = self.code_file(with_check_digit("4821390657"))
        for words in (("list", "--code"), ("show", "bob", "--code-file", file), ("verify", "alice", "--code"),
                      ("verify", "bob", "--code", "--digits", "1" * 60), ("verify", "bob", "--code-file")):
            self.run_code(2, "trust", *words, home=self.alice)
        self.run_code(8, "trust", "verify", "bob", "--code-file", self.path("none"), home=self.alice)

    def test_a_code_in_an_argument_is_refused_and_not_repeated(self):
        for words in (("--code=48213906570",), ("--code", "48213906570")):
            done = self.run_code(2, "trust", "verify", "bob", *words, home=self.alice)
            self.assertNotIn("4821", done.stderr)

    def test_who_is_no_user_is_4(self):
        self.run_code(4, "invite", "nobody", home=self.bob)
        self.run_code(4, "trust", "verify", "nobody", "--code-file", self.code_file(with_check_digit("4821390657")),
                      home=self.alice)


if __name__ == "__main__":
    p2pc.main()
