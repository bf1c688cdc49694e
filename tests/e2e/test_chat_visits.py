"""One-shot commands to somebody who sits in a chat: messages and files beside the conversation."""

import os

import p2pc
import test_chat


class Visits(test_chat.Chat):
    def start_send(self, *args):
        return self.spawn("send", "bob", *args, home=self.homes["alice"])

    def test_a_message_is_shown_at_once_and_the_sender_told(self):
        bob = self.chat("bob")
        self.run_ok("send", "bob", "-m", "by the way", home=self.homes["alice"])
        bob.expect("alice> by the way")
        bob.expect("alice is new here")

    def test_a_file_waits_for_the_person_who_accepts_it(self):
        bob = self.chat("bob")
        data = os.urandom(500_000)
        sender = self.start_send(self.write_file("gift.bin", data))
        bob.expect("alice offers gift.bin")
        bob.line("/accept")
        self.assertEqual(sender.wait(), 0)
        self.assertEqual(self.read_file("bob", "gift.bin"), data)
        bob.expect("received ")
        bob.line("/files")
        bob.expect("no transfers")
        self.assertNotIn("no question", bob.text())

    def test_a_declined_file_is_code_6_and_leaves_nothing(self):
        bob = self.chat("bob")
        sender = self.start_send(self.write_file("gift.bin", b"x"))
        bob.expect("/decline 1")
        bob.line("/decline")
        self.assertEqual(sender.wait(), 6)
        self.assertEqual(os.listdir(self.path("bob")), [])

    def test_four_questions_wait_and_the_fifth_is_refused(self):
        bob = self.chat("bob")
        path = self.write_file("gift.bin", b"x")
        waiting = [self.start_send(path) for _ in range(4)]
        bob.expect_screen(lambda s: s.text().count("offers gift.bin") == 4, "four offers")
        self.assertIn(self.start_send(path).wait(), (6, 7))
        bob.type("typing is still possible")
        bob.expect("> typing is still possible")
        bob.signal(15)
        self.assertEqual(bob.wait(), 143)
        for sender in waiting:
            self.assertNotEqual(sender.wait(), 0)

    def test_who_is_excluded_does_not_get_in(self):
        bob = self.chat("bob", "--from", "carol")
        self.run_code(6, "send", "bob", "-m", "hi", home=self.homes["alice"])
        alice = self.chat("alice")
        alice.line("/chat bob")
        alice.expect("the call: refused")
        self.assertNotIn("alice", bob.text())

    def test_an_offer_taken_back_is_told(self):
        bob = self.chat("bob")
        sender = self.start_send(self.write_file("gift.bin", b"x"))
        bob.expect("offers gift.bin")
        sender.terminate()
        bob.expect("alice took 1 back")
        bob.line("/accept")
        bob.expect("no question waits")


if __name__ == "__main__":
    p2pc.main()
