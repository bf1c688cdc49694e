"""chat without a login: new or returning, a taken name, wrong passwords, and nobody to ask."""

import p2pc


class Entering(p2pc.Case):
    def setUp(self):
        super().setUp()
        self.host = self.server()

    def begin(self, name, answer):
        terminal = self.terminal("chat", "--server", self.host.url, home=self.home(name))
        terminal.expect("Are you new here? (y/n)")
        terminal.line(answer)
        return terminal

    def give(self, terminal, tries, name, *passwords):
        """Answers the question for a name, asked for the n-th time, and those for its password."""
        terminal.expect_screen(lambda s: s.text().count("User name:") == tries, "the question for a name")
        terminal.line(name)
        asked = ("Password for ", "The same again:")
        for question, password in zip(asked, passwords):
            terminal.expect_screen(lambda s: s.text().count(question) == tries, question)
            terminal.line(password)

    def test_a_new_person_registers_and_is_in_the_lobby(self):
        terminal = self.begin("alice", "Y")
        self.give(terminal, 1, "alice", p2pc.PASSWORD, p2pc.PASSWORD)
        terminal.expect("you are alice/")
        terminal.line("/list")
        terminal.expect("online since")
        terminal.line("/quit")
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn(p2pc.PASSWORD, terminal.text())
        # The login is remembered.
        again = self.terminal("chat", home=self.home("alice"))
        again.expect("you are alice/")
        again.key("ctrl-c")
        self.assertEqual(again.wait(), 0)

    def test_a_taken_name_asks_for_another(self):
        self.person(self.host, "alice")
        terminal = self.begin("second", "y")
        self.give(terminal, 1, "alice", p2pc.PASSWORD, p2pc.PASSWORD)
        terminal.expect("the name alice is taken, choose another")
        self.give(terminal, 2, "alina", p2pc.PASSWORD, p2pc.PASSWORD)
        terminal.expect("you are alina/")
        terminal.key("ctrl-d")
        self.assertEqual(terminal.wait(), 0)

    def test_a_returning_person_logs_in_after_two_wrong_passwords(self):
        self.person(self.host, "alice")
        terminal = self.begin("laptop", "n")
        for tries, password in enumerate(("wrong password 1", "wrong password 2", p2pc.PASSWORD), 1):
            self.give(terminal, tries, "alice", password)
        terminal.expect("you are alice/")
        terminal.expect("2 wrong passwords")
        terminal.key("ctrl-c")
        self.assertEqual(terminal.wait(), 0)

    def test_three_wrong_passwords_end_it_with_3(self):
        self.person(self.host, "alice")
        terminal = self.begin("laptop", "no")
        for tries in range(1, 4):
            self.give(terminal, tries, "alice", f"wrong password {tries}")
        self.assertEqual(terminal.wait(), 3)
        self.assertTrue(terminal.restored())

    def test_without_a_terminal_nobody_is_asked(self):
        home = self.home("alice")
        done = self.run_code(3, "chat", "bob", home=home)
        self.assertIn("not logged in", done.stderr)
        self.run_code(3, "chat", home=home, json=True)
        alice = self.person(self.host, "carol")
        done = self.run_code(2, "chat", home=alice)
        self.assertIn("chat without USER", done.stderr)


if __name__ == "__main__":
    p2pc.main()
