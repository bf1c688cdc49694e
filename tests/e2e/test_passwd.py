"""passwd: another password in the place of the old one, and nothing else changed."""

import sqlite3

import p2pc
from p2pc import PASSWORD

NEW = "another horse, another battery"


class Passwd(p2pc.Case):
    def setUp(self):
        super().setUp()
        self.host = self.server()
        self.alice = self.person(self.host, "alice")
        self.new = self.alice.write_password(NEW, self.path("new"))
        self.wrong = self.alice.write_password("wrong horse battery", self.path("wrong"))

    def change(self, code=0, old=None, new=None, **options):
        return self.run_code(code, "passwd", "--password-file", old or self.alice.password_file,
                             "--new-password-file", new or self.new, home=self.alice, **options)

    def login(self, code, password_file, name, folder=None):
        """A device more, by that password."""
        home = self.home(folder or name)
        done = self.run_code(code, "login", "alice", "--server", self.host.url, "--device", name,
                             "--password-file", password_file, home=home)
        return home, done

    def devices(self):
        user = self.run_ok("info", home=self.alice, json=True).record("user")
        return sorted(device["name"] for device in user["devices"])

    def test_the_new_one_counts_and_everything_else_stays(self):
        bob = self.person(self.host, "bob")
        box, _ = self.login(0, self.alice.password_file, "box")
        waiting = self.spawn("receive", "--from", "bob", home=self.alice, json=True)
        waiting.expect_record("listening")
        self.run_ok("send", "alice", "-m", "before", home=bob)
        before = self.run_ok("info", "alice", home=bob, json=True).record("user")
        account = self.change(json=True).record("account", name="alice")
        self.assertEqual(account["fingerprint"], before["fingerprint"])
        # What is logged in stays so, connections included, and bob's pin holds.
        self.run_ok("list", home=box)
        self.run_ok("send", "alice", "-m", "after", home=bob)
        waiting.expect_record("message", text="after")
        self.assertEqual(self.run_ok("info", "alice", home=bob, json=True).record("user")["trust"], "pinned")
        _, refused = self.login(3, self.alice.password_file, "old")
        self.assertIn("password", refused.stderr)
        self.login(0, self.new, "new")
        self.assertIn("box", self.devices())
        self.assertIn("new", self.devices())

    def test_it_can_be_changed_again_and_back(self):
        self.change()
        self.change(3)
        self.change(old=self.new, new=self.alice.password_file)
        self.login(0, self.alice.password_file, "box")

    def test_a_wrong_old_one_counts_as_an_attempt(self):
        for _ in range(3):
            self.change(3, old=self.wrong)
        self.assertIn("blocked", self.change(3).stderr)
        # Devices are not affected, and open the window as ever.
        self.assertIn("3 wrong passwords", self.run_ok("login", "--open-window", home=self.alice).stderr)
        self.change()

    def test_the_new_one_has_to_be_a_good_one(self):
        for weak in ("short", "password1", "alice"):
            self.alice.write_password(weak, self.new)
            self.assertIn("weak", self.change(2).stderr)
        self.login(0, self.alice.password_file, "box")

    def test_off_a_terminal_it_names_what_would_answer(self):
        old = ("--password-file", self.alice.password_file)
        self.assertIn("--new-password-file", self.run_code(12, "passwd", *old, home=self.alice).stderr)
        self.assertIn(" --password-file",
                      self.run_code(12, "passwd", "--new-password-file", self.new, home=self.alice).stderr)
        self.run_code(2, "passwd", "--password-file", "-", "--new-password-file", "-", home=self.alice)
        self.run_code(3, "passwd", *old, "--new-password-file", self.new, home=self.home("nobody"))
        self.run_ok("passwd", *old, "--new-password-file", "-", home=self.alice, stdin=NEW + "\n")
        self.login(0, self.new, "box")

    def test_at_a_terminal_the_new_one_is_asked_twice_without_echo(self):
        terminal = self.terminal("passwd", home=self.alice)
        terminal.expect("Password for alice:")
        terminal.line(PASSWORD)
        for question in ("New password for alice:", "The same again:"):
            terminal.expect(question)
            self.assertFalse(terminal.echoes())
            terminal.line(NEW)
        terminal.expect("another password for alice/")
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn(NEW, terminal.text())
        self.login(0, self.new, "box")

    def test_without_the_server_it_is_7_and_nothing_changes(self):
        self.host.stop()
        self.change(7)
        self.host.start()
        self.login(0, self.alice.password_file, "box")

    def test_devices_that_were_removed_leave_the_list(self):
        self.login(0, self.alice.password_file, "box")
        self.login(0, self.alice.password_file, "car")
        self.run_ok("logout", "box", home=self.alice)
        self.assertIn("box", self.devices(), "only the account key takes it off the list")
        self.change()
        self.assertEqual(self.devices().count("box"), 0)
        self.assertIn("car", self.devices())
        # A login does it, too, and the name is free again.
        self.run_ok("logout", "car", home=self.alice)
        home, _ = self.login(0, self.new, "car", folder="second-car")
        self.run_ok("list", home=home)
        self.assertEqual(self.devices(), sorted(set(self.devices())))
        with sqlite3.connect(self.host.database) as database:
            rows = database.execute("SELECT name, enabled FROM device ORDER BY name").fetchall()
        database.close()
        self.assertEqual([enabled for _, enabled in rows], [1, 1], rows)
        self.assertIn("car", [name for name, _ in rows])


if __name__ == "__main__":
    p2pc.main()
