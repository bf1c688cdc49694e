"""Devices that are removed from their account: whatever they have open ends within 5 s."""

import signal
import time

import p2pc

SOON = 5


class Removed(p2pc.Case):
    def setUp(self):
        super().setUp()
        self.host = self.server()
        self.alice, self.bob = self.person(self.host, "alice"), self.person(self.host, "bob")
        self.box = self.home("box")
        self.run_ok("login", "bob", "--server", self.host.url, "--device", "box", "--password-file",
                    self.box.password_file, home=self.box)

    def remove_box(self):
        self.run_ok("logout", "box", home=self.bob)
        return time.monotonic()

    def ended_since(self, began):
        self.assertLess(time.monotonic() - began, SOON)

    def talking(self):
        """bob's box and alice in a conversation: their chats."""
        box = self.spawn("chat", home=self.box, json=True)
        box.expect_record("listening")
        alice = self.spawn("chat", "bob", home=self.alice, json=True)
        # A program takes calls from whom it knows only.
        return box, alice

    def known(self):
        """alice and bob have met."""
        waiting = self.spawn("receive", "--once", "--from", "alice", home=self.box, json=True)
        waiting.expect_record("listening")
        self.run_ok("send", "bob", "-m", "hello", home=self.alice)
        self.assertEqual(waiting.wait(), 0)

    def test_a_conversation_with_a_stolen_device_ends_though_it_does_not_hang_up(self):
        self.known()
        box, alice = self.talking()
        box.expect_record("session", state="active")
        alice.expect_record("session", state="active")
        box.signal(signal.SIGSTOP)
        began = self.remove_box()
        alice.expect_record("session", state="ended")
        error = alice.expect_record("error")
        self.ended_since(began)
        self.assertIn("bob/box was removed", error["message"])
        self.assertEqual(alice.wait(), 5)
        box.kill()

    def test_what_the_removed_device_has_open_ends_with_3(self):
        self.known()
        box, alice = self.talking()
        box.expect_record("session", state="active")
        alice.expect_record("session", state="active")
        receiving = self.spawn("receive", "--from", "alice", home=self.box, json=True)
        receiving.expect_record("listening")
        began = self.remove_box()
        box.expect_record("session", state="ended")
        alice.expect_record("session", state="ended")
        self.assertEqual((box.wait(), receiving.wait()), (3, 3))
        self.ended_since(began)

    def test_a_transfer_from_a_removed_device_ends_on_both_sides(self):
        self.known()
        waiting = self.spawn("receive", "--from", "bob", "-o", "in/", home=self.alice, json=True)
        waiting.expect_record("listening")
        content = self.write_file("content", b"x" * (64 << 20))
        sending = self.spawn("send", "--bwlimit", "1M", "alice", content, home=self.box, json=True)
        waiting.expect_record("progress")
        began = self.remove_box()
        self.assertEqual(sending.wait(), 3)
        waiting.expect_record("session", state="ended")
        self.ended_since(began)

    def test_a_transfer_to_a_stolen_device_goes_no_further(self):
        self.known()
        waiting = self.spawn("receive", "--from", "alice", "-o", "in/", home=self.box, json=True)
        waiting.expect_record("listening")
        content = self.write_file("content", b"x" * (64 << 20))
        sending = self.spawn("send", "--bwlimit", "1M", "--retry-for", "0", "bob", content, home=self.alice,
                             json=True)
        waiting.expect_record("progress")
        waiting.signal(signal.SIGSTOP)
        began = self.remove_box()
        self.assertEqual(sending.wait(), 10)
        self.ended_since(began)
        self.assertIn("bob/box was removed", sending.stderr)
        waiting.kill()


if __name__ == "__main__":
    p2pc.main()
