"""Links that carry nothing any more and do not end: what is sent over another one, and what was settled unheard."""

import os
import unittest

import p2pc
import test_resume
from namespaces import Network

MIB = 1 << 20


class SilentLinks(p2pc.Case):
    people = test_resume.Resume.people
    receiving = test_resume.Resume.receiving

    def setUp(self):
        super().setUp()
        self.network = Network(self)

    def command(self, *args, **options):
        return self.network.inside(super().command(*args, **options))

    def sending(self, alice, path, at, *args):
        """A `send` in the middle of a file, and the ports of its link."""
        sender = self.spawn("send", "bob", path, "--timeout=1h", "--stats", *args, home=alice, json=True)
        while sender.expect_record("progress")["done"] < at:
            pass
        (link,) = [ports for ports in self.network.connections(sender.pid) if ports[1] != self.directory.port]
        return sender, link

    def came_once(self, path):
        name = os.path.basename(path)
        self.assertEqual(os.listdir(self.path("inbox")), [name])
        self.assertEqual(test_resume.digest(self.path("inbox", name)), test_resume.digest(path))

    def test_beside_a_link_that_stands_still_another_takes_over_within_the_command(self):
        alice, bob = self.people()
        path = self.write_file("out/big", os.urandom(32 * MIB))
        receiver = self.receiving(bob)
        sender, (here, there) = self.sending(alice, path, 16 * MIB, "--bwlimit=8M")
        self.network.drop(here, there)
        self.network.drop(there, here)
        self.assertEqual(sender.wait(), 0)
        self.came_once(path)
        sender.expect_line("linked to bob again", stream="stderr")
        self.assertNotIn("lost", sender.stderr)
        # What the dead link swallowed comes again, and not the whole.
        self.assertLess(sender.expect_record("session", state="ended")["bytes_out"], 44 * MIB)
        self.assertEqual([r["state"] for r in receiver.records if r["type"] == "file"], ["received"])

    def unheard(self, alice, bob, path):
        """A file that is in place at bob, of which alice's command was not told."""
        receiver = self.receiving(bob)
        sender, (here, there) = self.sending(alice, path, MIB, "--bwlimit=2M")
        self.network.drop_data(there, here)
        placed = receiver.expect_record("file", state="received")
        self.network.drop(here, there)
        self.assertTrue(sender.running())
        return receiver, sender, placed["path"]

    def test_what_is_in_place_and_was_not_acknowledged_is_settled_over_another_link(self):
        alice, bob = self.people()
        path = self.write_file("out/file", os.urandom(4 * MIB))
        receiver, sender, _ = self.unheard(alice, bob, path)
        self.assertEqual(sender.wait(), 0)
        self.assertNotIn("lost", sender.stderr)
        self.came_once(path)
        self.assertEqual([r["state"] for r in receiver.records if r["type"] == "file"], ["received", "skipped"])

    def test_what_is_in_place_and_was_not_acknowledged_is_not_stored_twice_by_the_same_command(self):
        alice, bob = self.people()
        path = self.write_file("out/file", os.urandom(4 * MIB))
        receiver, sender, placed = self.unheard(alice, bob, path)
        sender.kill()
        done = self.run_ok("send", "bob", path, "--stats", home=alice, json=True)
        self.came_once(path)
        self.assertEqual(done.record("file")["state"], "skipped")
        self.assertEqual(receiver.expect_record("file", state="skipped")["path"], placed)


if __name__ == "__main__":
    unittest.main()
