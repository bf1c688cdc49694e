"""Two people far apart: one delivery over many connections, the loss of one of them, and the last words."""

import os
import unittest

import p2pc
import test_resume
from namespaces import FarNetwork

MIB = 1 << 20


class FarServer(p2pc.Server):
    """A server that is reached over the long line."""

    def start(self):
        super().start()
        self.address = self.address.replace(FarNetwork.HERE, FarNetwork.THERE)
        return self


class Far(p2pc.Case):
    def setUp(self):
        super().setUp()
        self.network = FarNetwork(self, delay_ms=25, mbit=60)
        self.directory = FarServer(self, at=FarNetwork.HERE).start()
        self.alice, self.bob = self.person(self.directory, "alice"), self.person(self.directory, "bob")

    def command(self, *args, **options):
        return self.network.inside(super().command(*args, **options))

    def receiving(self, *args):
        os.makedirs(self.path("inbox"), exist_ok=True)
        process = self.spawn("receive", "--from", "alice", *args, "-o", "inbox", home=self.bob, json=True)
        process.expect_record("listening")
        return process

    def links(self, sender):
        """Of a `send`: the ports of its connections to the receiver, and the bytes that came over each."""
        received = self.network.received(sender.pid)
        return {ports: count for ports, count in received.items() if ports[1] != self.directory.port}

    def came_once(self, path):
        self.assertEqual(os.listdir(self.path("inbox")), [os.path.basename(path)])
        self.assertEqual(test_resume.digest(self.path("inbox", os.path.basename(path))), test_resume.digest(path))

    def halfway(self, size, *args):
        path = self.write_file("out/file", os.urandom(size))
        sender = self.spawn("send", "bob", path, "--timeout=1h", *args, home=self.alice, json=True)
        while sender.expect_record("progress")["done"] < size // 3:
            pass
        return path, sender

    def test_a_file_goes_over_many_connections_and_one_that_is_held_back_over_one(self):
        self.receiving()
        path, sender = self.halfway(16 * MIB)
        self.assertEqual(len(self.links(sender)), 32)
        self.assertEqual(sender.wait(), 0)
        self.came_once(path)
        os.unlink(self.path("inbox", "file"))
        path, sender = self.halfway(2 * MIB, "--bwlimit=2M")
        self.assertEqual(len(self.links(sender)), 1)
        self.assertEqual(sender.wait(), 0)
        self.came_once(path)

    def lose(self, which):
        receiver = self.receiving()
        path, sender = self.halfway(32 * MIB)
        links = self.links(sender)
        # Over the first, which either of them may have dialled, came something else than over the others.
        middle = sorted(links.values())[len(links) // 2]
        self.network.reset(*which(links, key=lambda ports: abs(links[ports] - middle)))
        self.assertEqual(sender.wait(), 0)
        sender.expect_line("linked to bob again", stream="stderr")
        self.came_once(path)
        self.assertEqual([r["state"] for r in receiver.records if r["type"] == "file"], ["received"])

    def test_a_delivery_goes_on_when_its_first_link_is_lost(self):
        self.lose(max)

    def test_a_delivery_goes_on_when_one_of_its_further_connections_is_lost(self):
        self.lose(min)

    def test_the_last_report_waits_in_the_home_and_goes_with_the_next_command(self):
        self.receiving("--once")
        self.run_ok("send", "bob", self.write_file("out/file", b"x"), home=self.alice)
        reports = os.path.join(self.alice.path, "reports")
        self.assertIn(b"report", self.read_file(reports))
        self.run_ok("list", home=self.alice)
        self.assertNotIn(b"closed", self.read_file(reports))


if __name__ == "__main__":
    unittest.main()
