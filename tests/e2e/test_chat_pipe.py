"""chat without a terminal: lines in and out, and records both ways."""

import json
import os

import p2pc


class Pipe(p2pc.Case):
    def setUp(self):
        super().setUp()
        self.host = self.server()
        self.alice, self.bob = self.person(self.host, "alice"), self.person(self.host, "bob")

    def lobby(self, home, *args, **options):
        """A chat in the lobby, steered by records."""
        process = self.spawn("chat", *args, home=home, json=True, **options)
        process.expect_record("listening")
        return process


class Lines(Pipe):
    def test_each_line_is_a_message_and_no_command(self):
        bob = self.lobby(self.bob, "--from", "alice")
        lines = ["hello", "/quit", "\\DISCONNECT_CLIENT", "", "//", "  blanks  ", "last without an end"]
        self.run_ok("chat", "bob", home=self.alice, stdin="\n".join(lines))
        got = [bob.expect_record("message", state="received")["text"] for _ in lines]
        self.assertEqual(got, lines)
        bob.expect_record("session", state="ended", reason="closed")

    def test_the_answers_are_lines_and_hostile_ones_stay_lines(self):
        bob = self.lobby(self.bob, "--from", "alice")
        alice = self.spawn("chat", "bob", home=self.alice)
        bob.expect_record("call", **{"from": "alice"})
        for text in ("hi", "two\nlines", "\x1b[2J", "back\\slash"):
            bob.write_record(type="message", text=text)
        for line in ("bob: hi", "bob: two\\nlines", "bob: \\x1B[2J", "bob: back\\\\slash"):
            self.assertEqual(alice.expect(lambda _: _, what=line).lower(), line.lower())
        alice.close_stdin()
        self.assertEqual(alice.wait(), 0)

    def test_a_thousand_lines_all_arrive_in_order(self):
        bob = self.lobby(self.bob, "--from", "alice")
        self.run_ok("chat", "bob", home=self.alice, stdin="".join(f"line {n}\n" for n in range(1000)))
        bob.expect_record("session", state="ended")
        texts = [r["text"] for r in bob.records if r["type"] == "message"]
        self.assertEqual(texts, [f"line {n}" for n in range(1000)])

    def test_a_line_of_16_kib_goes_and_a_longer_one_is_refused(self):
        bob = self.lobby(self.bob, "--from", "alice")
        lines = ["x" * 16 * 1024, "y" * (16 * 1024 + 1), "z"]
        done = self.run_code(1, "chat", "bob", home=self.alice, stdin="\n".join(lines))
        self.assertIn("16 KiB", done.stderr)
        self.assertEqual([bob.expect_record("message")["text"] for _ in range(2)], [lines[0], "z"])

    def test_who_is_not_there_or_says_no(self):
        self.run_code(5, "chat", "bob", home=self.alice)
        self.run_code(4, "chat", "nobody", home=self.alice)
        self.lobby(self.bob)  # alice is not pinned there
        self.run_code(6, "chat", "bob", home=self.alice)

    def test_a_person_who_declines_is_code_6(self):
        bob = self.terminal("chat", home=self.bob)
        bob.expect("you are bob/")
        alice = self.spawn("chat", "bob", home=self.alice)
        bob.expect("/decline 1")
        bob.line("/decline")
        self.assertEqual(alice.wait(), 6)

    def test_a_peer_that_dies_is_code_10(self):
        bob = self.lobby(self.bob, "--from", "alice")
        alice = self.spawn("chat", "bob", home=self.alice)
        bob.expect_record("call")
        bob.kill()
        self.assertEqual(alice.wait(), 10)


class Records(Pipe):
    def talk(self):
        bob = self.lobby(self.bob, "--from", "alice", cwd=self.make("bob"))
        alice = self.spawn("chat", "bob", home=self.alice, json=True, cwd=self.make("alice"))
        bob.expect_record("call", trust="new")
        bob.expect_record("session", state="active", role="callee", peers=["alice"])
        alice.expect_record("session", state="active", role="caller", peers=["bob"])
        return alice, bob

    def make(self, name):
        os.makedirs(self.path(name), exist_ok=True)
        return self.path(name)

    def test_messages_both_ways_and_the_end_of_the_input_closes(self):
        alice, bob = self.talk()
        alice.write_record(type="message", text="one\ntwo \u00e9 \u0000")
        alice.expect_record("message", text="one\ntwo \u00e9 \u0000", state="delivered", to="bob")
        bob.expect_record("message", text="one\ntwo \u00e9 \u0000", state="received", to="bob")
        bob.write_record(type="message", text="back")
        alice.expect_record("message", text="back", state="received", **{"from": "bob"})
        alice.close_stdin()
        self.assertEqual(alice.wait(), 0)
        ended = bob.expect_record("session", state="ended", reason="closed")
        self.assertGreater(ended["bytes_in"], 0)

    def test_files_go_both_ways_and_records_tell(self):
        alice, bob = self.talk()
        for sender, receiver, name in ((alice, bob, "bob"), (bob, alice, "alice")):
            data = os.urandom(2_000_000)
            path = self.write_file(f"for {name}", data)
            sender.write_record(type="send", path=path)
            offer = receiver.expect_record("offer", files=1, total=len(data))
            receiver.write_record(type="accept", id=offer["id"])
            received = receiver.expect_record("file", state="received", id=offer["id"])
            sent = sender.expect_record("file", state="sent", size=len(data))
            self.assertEqual((received["algorithm"], received["digest"]), (sent["algorithm"], sent["digest"]))
            self.assertEqual(received["path"], self.path(name, f"for {name}"))
            self.assertEqual(self.read_file(name, f"for {name}"), data)

    def test_the_end_of_the_input_waits_for_a_file(self):
        alice, bob = self.talk()
        alice.write_record(type="send", path=self.write_file("last", b"x" * 100_000))
        alice.close_stdin()
        offer = bob.expect_record("offer")
        bob.write_record(type="accept", id=offer["id"])
        self.assertEqual(alice.wait(), 0)
        bob.expect_record("file", state="received")

    def test_a_declined_offer_is_a_refused_file(self):
        alice, bob = self.talk()
        alice.write_record(type="send", path=self.write_file("unwanted", b"x"))
        offer = bob.expect_record("offer")
        bob.write_record(type="decline", id=offer["id"])
        alice.expect_record("file", state="refused", error_code=6)
        self.assertEqual(os.listdir(self.path("bob")), [])

    def test_both_send_at_once_and_each_link_serves_whom_it_was_made_for(self):
        alice, bob = self.talk()
        for number in range(2):
            for sender, letter in ((alice, "a"), (bob, "b")):
                path = self.write_file(f"{letter}{number}", (letter * 300_000).encode())
                sender.write_record(type="send", path=path)
        for receiver, letter in ((bob, "a"), (alice, "b")):
            for _ in range(2):
                receiver.write_record(type="accept", id=receiver.expect_record("offer")["id"])
            for number in range(2):
                record = receiver.expect_record("file", state="received", name=f"{letter}{number}")
                self.assertEqual(record["size"], 300_000)

    def start_big_file(self, sender, receiver):
        """Offers a file that takes long; returns its ids at both ends once bytes flow."""
        path = self.path("big")
        if not os.path.exists(path):
            with open(path, "wb") as file:
                for _ in range(512):
                    file.write(b"x" * (1 << 20))
        sender.write_record(type="send", path=path)
        there = receiver.expect_record("offer")["id"]
        receiver.write_record(type="accept", id=there)
        receiver.expect_record("progress", direction="in")
        return sender.expect_record("progress", direction="out")["id"], there

    def test_a_transfer_is_cancelled_from_either_side_in_either_direction(self):
        alice, bob = self.talk()
        for sender, receiver, name in ((alice, bob, "bob"), (bob, alice, "alice")):
            for canceller in (0, 1):
                ids = self.start_big_file(sender, receiver)
                (sender, receiver)[canceller].write_record(type="cancel", id=ids[canceller])
                for process in (sender, receiver):
                    process.expect_record("file", state="failed", name="big")
                self.assertFalse(os.path.exists(self.path(name, "big")))
        alice.write_record(type="message", text="and on we go")
        bob.expect_record("message", text="and on we go")

    def test_a_session_that_closes_or_dies_ends_its_transfers(self):
        for end in ("close", "kill"):
            alice, bob = self.talk() if end == "close" else self.talk_again()
            self.start_big_file(alice, bob)
            if end == "close":
                bob.write_record(type="close")
            else:
                bob.kill()
            alice.expect_record("file", state="failed", name="big")
            alice.expect_record("session", state="ended", reason="closed" if end == "close" else "lost")
            self.assertEqual(alice.wait(), 0 if end == "close" else 10)
            self.assertFalse(os.path.exists(self.path("bob", "big")))
            if end == "close":
                self.assertEqual(bob.terminate(), 143)

    def talk_again(self):
        bob = self.lobby(self.bob, cwd=self.make("bob"))
        alice = self.spawn("chat", "bob", home=self.alice, json=True, cwd=self.make("alice"))
        bob.expect_record("call", trust="pinned")
        alice.expect_record("session", state="active")
        return alice, bob

    def test_bad_input_is_an_error_record_and_the_chat_goes_on(self):
        alice, bob = self.talk()
        for line in ("nonsense", "{}", '{"type":"quit"}', "[" * 100_000, '{"type":"accept","id":"7"}',
                     json.dumps({"type": "message", "text": "x" * (16 * 1024 + 1)}), "x" * 200_000):
            alice.write_line(line)
            alice.expect_record("error")
        alice.write_record(type="message", text="still here")
        bob.expect_record("message", text="still here")

    def test_the_lobby_outlives_its_input_and_calls_from_it(self):
        bob = self.lobby(self.bob, "--from", "alice")
        bob.close_stdin()
        alice = self.lobby(self.alice)
        alice.write_record(type="call", to="nobody")
        alice.expect_record("error", code=4)
        alice.write_record(type="message", text="to whom?")
        alice.expect_record("error")
        alice.write_record(type="call", to="bob")
        alice.write_record(type="message", text="hello")
        bob.expect_record("message", text="hello")
        alice.write_record(type="close")
        alice.expect_record("session", state="ended", reason="closed")
        bob.expect_record("session", state="ended", reason="closed")
        self.assertTrue(bob.running())
        self.assertEqual((alice.terminate(), bob.terminate()), (143, 143))

    def test_the_server_is_lost_and_back_within_a_conversation(self):
        alice, bob = self.talk()
        self.host.kill()
        for process in (alice, bob):
            process.expect_record("server", state="lost")
        alice.write_record(type="message", text="meanwhile")
        bob.expect_record("message", text="meanwhile")
        self.host.start()
        for process in (alice, bob):
            process.expect_record("server", state="back")
        alice.close_stdin()
        self.assertEqual(alice.wait(), 0)
        [session] = self.run_ok("sessions", home=self.alice, json=True).records
        self.assertEqual((session["state"], session["reason"]), ("ended", "closed"))


if __name__ == "__main__":
    p2pc.main()
