"""chat, as a person at a terminal sees it: the lobby, calls, a conversation, and files in it."""

import os
import signal

import p2pc


class Chat(p2pc.Case):
    """A server, alice and bob; their chats are started by `chat()`."""

    def setUp(self):
        super().setUp()
        self.homes = {}
        self.host = self.server()
        for name in ("alice", "bob"):
            self.homes[name] = self.person(self.host, name)

    def chat(self, name, *args, **options):
        os.makedirs(self.path(name), exist_ok=True)
        terminal = self.terminal("chat", *args, home=self.homes[name], cwd=self.path(name), **options)
        terminal.expect(f"you are {name}/")
        return terminal

    def talk(self, **options):
        """Alice has called bob, and bob accepted."""
        bob = self.chat("bob", **options)
        alice = self.chat("alice", **options)
        alice.line("/chat bob")
        bob.expect("alice/")
        bob.expect(" calls: /accept 1 or /decline 1")
        bob.line("/accept")
        for terminal in (alice, bob):
            terminal.expect("talking with")
        return alice, bob

    def quit(self, *terminals):
        for terminal in terminals:
            terminal.line("/quit")
            self.assertEqual(terminal.wait(), 0)

    def sessions(self, name):
        return self.run_ok("sessions", home=self.homes[name], json=True).records

    def send(self, sender, receiver, path, command="/send"):
        """Sends a file and accepts it; waits until it is there."""
        name = os.path.basename(path)
        sender.line(f"{command} '{path}'")
        number = receiver.expect_screen(lambda s: offered(s.text(), name), f"an offer of {name}")
        receiver.line(f"/accept {number}")
        receiver.expect(f"/{name} (")
        sender.expect(f"has {name}")


def offered(text, name):
    """The number of the last offer of that file."""
    numbers = [line.rpartition("/decline ")[2] for line in text.split("\n") if f"offers {name}" in line]
    return numbers[-1].strip() if numbers else None


class Conversation(Chat):
    def test_two_people_talk_and_the_server_knows_how_it_ended(self):
        alice, bob = self.talk()
        alice.line("hello bob")
        bob.expect("alice> hello bob")
        bob.line("//slash and \\backslash")
        alice.expect("bob> /slash and \\backslash")
        alice.line("/close")
        for terminal in (alice, bob):
            terminal.expect("is over")
            terminal.line("/quit")
        self.assertEqual((alice.wait(), bob.wait()), (0, 0))
        for name in self.homes:
            [session] = self.sessions(name)
            self.assertEqual((session["state"], session["reason"]), ("ended", "closed"))
            self.assertGreater(session["bytes_in"], 0)

    def test_a_first_contact_is_told_on_both_sides_and_only_once(self):
        alice, bob = self.talk()
        alice.expect("bob is new here")
        bob.expect("alice is new here")
        alice.line("/close")
        bob.expect("is over")
        alice.expect("is over")
        bob.line("/chat alice")
        alice.expect("/accept")
        alice.line("/accept")
        bob.expect("talking with alice")
        for terminal in (alice, bob):
            self.assertEqual(terminal.text().count("is new here"), 1)

    def test_a_declined_call_is_told_and_logged(self):
        bob, alice = self.chat("bob"), self.chat("alice")
        alice.line("/chat bob")
        bob.expect("/decline 1")
        bob.line("/decline 1")
        alice.expect("the call was declined")
        self.quit(alice, bob)
        self.assertEqual([s["reason"] for s in self.sessions("alice")], ["refused"])

    def test_a_call_is_withdrawn_by_close(self):
        bob, alice = self.chat("bob"), self.chat("alice")
        alice.line("/chat bob")
        bob.expect("/accept 1")
        alice.line("/close")
        alice.expect("withdrawn")
        bob.expect("alice took 1 back")
        bob.line("/accept")
        bob.expect("no question waits")

    def test_calls_to_nobody_leave_the_caller_in_the_lobby(self):
        alice = self.chat("alice", "bob")
        alice.expect("nobody there takes it")
        alice.line("/chat nobody")
        alice.expect("no such user")
        alice.line("hello?")
        alice.expect("there is nobody to talk to")
        alice.line("/quit")
        self.assertEqual(alice.wait(), 0)

    def test_the_server_may_die_and_come_back_meanwhile(self):
        alice, bob = self.talk()
        self.host.kill()
        for terminal in (alice, bob):
            terminal.expect("the server is lost")
        alice.line("still there?")
        bob.expect("alice> still there?")
        self.host.start()
        for terminal in (alice, bob):
            terminal.expect("the server is back")
        bob.line("of course")
        alice.expect("bob> of course")
        self.assertEqual([s["state"] for s in self.sessions("alice")], ["active"])
        self.quit(bob)
        alice.expect("is over")
        self.assertEqual([s["reason"] for s in self.sessions("bob")], ["closed"])

    def test_a_peer_that_dies_is_noticed_and_its_session_lost(self):
        alice, bob = self.talk()
        bob.signal(signal.SIGKILL)
        alice.expect("the link was lost")
        self.quit(alice)
        self.assertEqual([s["reason"] for s in self.sessions("alice")], ["lost"])


class Typing(Chat):
    def test_lines_that_come_in_leave_the_typed_one_whole(self):
        alice, bob = self.talk()
        bob.type("half a lin")
        for number in range(30):
            alice.line(f"message {number}")
        bob.expect("alice> message 29")
        bob.expect_screen(lambda s: s.lines()[s.row].endswith("> half a lin"), "the line being typed")
        bob.type("e")
        bob.key("enter")
        alice.expect("bob> half a line")
        bob.expect("bob> half a line")
        typed = [line for line in bob.text().split("\n") if "half" in line]
        self.assertEqual(len(typed), 1, typed)

    def test_a_new_size_is_noticed(self):
        alice, bob = self.talk()
        bob.resize(24, 40)
        alice.line("x" * 60)
        bob.expect_screen(lambda s: sum("alice> x" in line for line in s.lines()) == 3, "three prefixed parts")

    def test_hostile_text_moves_nothing(self):
        alice, bob = self.talk()
        self.quit(alice)
        bob.expect("is over")
        attacks = ["\x1b[2J\x1b[1;1Hgone", "\x1b]0;title\x07", "\u202egnp.exe", "a\rbob> forged", "\x9b31m",
                   "one\n12:00 bob> two", "\x08" * 20 + "back"]
        pipe = self.spawn("chat", "bob", home=self.homes["alice"], json=True)
        bob.expect("/accept 2")
        bob.line("/accept")
        for text in attacks:
            pipe.write_record(type="message", text=text)
            pipe.expect_record("message", text=text, state="delivered")
        bob.expect("\\x08back")
        shown = bob.text()
        for words in ("\\x1B[2J\\x1B[1;1Hgone", "\\x1B]0;title\\x07", "\\u{202E}gnp.exe", "alice> 12:00 bob> two"):
            self.assertIn(words.lower(), shown.lower())
        self.assertIn("you are bob/", shown)
        self.assertFalse([line for line in shown.split("\n") if line.startswith(("bob> forged", "12:00 bob> two"))])
        for bad in (b"\x1b]0;title", b"\xe2\x80\xae", b"\x1b[2J\x1b[1;1Hgone"):
            self.assertNotIn(bad, bob.raw)

    def test_unknown_commands_are_not_sent(self):
        alice, bob = self.talk()
        alice.line("/lits")
        alice.expect("no such command: /lits")
        alice.line("\\list")
        bob.expect("alice> \\list")
        self.assertNotIn("lits", bob.text())

    def test_every_end_restores_the_terminal(self):
        for key, code in (("ctrl-c", 0), ("ctrl-d", 0)):
            alice = self.chat("alice")
            alice.key(key)
            self.assertEqual(alice.wait(), code)
            self.assertTrue(alice.restored())
        for number, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)):
            alice = self.chat("alice")
            alice.signal(number)
            self.assertEqual(alice.wait(), code)
            self.assertTrue(alice.restored())

    def test_a_signal_in_a_conversation_closes_its_session(self):
        alice, bob = self.talk()
        alice.signal(signal.SIGTERM)
        self.assertEqual(alice.wait(), 143)
        bob.expect("is over")
        self.assertEqual([s["reason"] for s in self.sessions("alice")], ["closed"])


class Original(Chat):
    def test_every_command_of_the_original_service_in_its_own_spelling(self):
        bob, alice = self.chat("bob"), self.chat("alice")
        alice.line("\\help")
        alice.expect("\\DISCONNECT_CLIENT")
        alice.line("\\GET_CLIENT_LIST")
        alice.expect_screen(lambda s: "bob" in s.text() and "online since" in s.text(), "the list")
        alice.line("\\get_client_info bob")
        alice.expect("--   key ")
        self.assertRegex(alice.text(), r"--   \S+  tls://127\.0\.0\.1:\d+")
        alice.line("/chat bob")
        bob.expect("/accept 1")
        bob.line("/accept 1")
        alice.expect("talking with bob")
        path = self.write_file("a file.bin", os.urandom(100_000))
        self.send(alice, bob, path, "\\SEND_FILE")
        self.assertEqual(self.read_file("bob", "a file.bin"), self.read_file("a file.bin"))
        alice.line("\\CLOSE_SESSION")
        bob.expect("is over")
        alice.line("\\DISCONNECT_CLIENT")
        self.assertEqual(alice.wait(), 0)


class Files(Chat):
    def test_files_go_both_ways_whole(self):
        alice, bob = self.talk()
        for sender, receiver, name in ((alice, bob, "bob"), (bob, alice, "alice")):
            path = self.write_file(f"to-{name} {name}.bin", os.urandom(3_000_000))
            self.send(sender, receiver, path)
            self.assertEqual(self.read_file(name, os.path.basename(path)), self.read_file(path))
        alice.line("and still talking")
        bob.expect("alice> and still talking")

    def test_a_declined_offer_leaves_nothing_and_the_conversation(self):
        alice, bob = self.talk()
        alice.line("/send " + self.write_file("unwanted", b"x"))
        number = bob.expect_screen(lambda s: offered(s.text(), "unwanted"))
        bob.line(f"/decline {number}")
        alice.expect("unwanted was not sent: refused")
        self.assertEqual(os.listdir(self.path("bob")), [])
        bob.line("no thanks")
        alice.expect("bob> no thanks")

    def test_what_cannot_be_sent_is_said_at_once(self):
        alice, bob = self.talk()
        alice.line("/send /nonexistent /dev/zero " + self.folder)
        alice.expect("no such file")
        alice.expect("not a regular file")
        alice.expect("it is a folder")
        self.assertNotIn("offers", bob.text())

    def test_an_offer_is_cancelled_and_several_wait_at_once(self):
        alice, bob = self.talk()
        for name in ("one", "two"):
            alice.line("/send " + self.write_file(name, name.encode()))
            bob.expect(f"offers {name}")
        alice.line("/files")
        alice.expect("two to bob")
        bob.line("/accept")
        bob.expect("which one?")
        alice.line("/cancel 1")
        alice.expect("one was not sent: canceled")
        bob.expect("alice took")
        bob.line("/accept")
        alice.expect("bob has two")
        self.assertEqual(self.read_file("bob", "two"), b"two")
        self.assertFalse(os.path.exists(self.path("bob", "one")))

    def test_a_name_that_is_taken_is_not_overwritten(self):
        alice, bob = self.talk()
        self.write_file("bob/note.txt", b"mine")
        path = self.write_file("note.txt", b"yours")
        alice.line("/send " + path)
        bob.expect("offers note.txt")
        bob.line("/accept")
        bob.expect("note (2).txt")
        self.assertEqual(self.read_file("bob", "note.txt"), b"mine")
        self.assertEqual(self.read_file("bob", "note (2).txt"), b"yours")


if __name__ == "__main__":
    p2pc.main()
