"""A receiver that serves for months: what one delivery takes is given back after it."""

import os
import unittest

import p2pc
import test_transfer

RELEASE = bool(os.environ.get("P2PC_USE_RELEASE"))


class Months(p2pc.Case):
    scheme = "tls"
    people = test_transfer.Transfer.people
    receiving = test_transfer.Transfer.receiving

    def test_descriptors_memory_and_the_home_do_not_grow_with_deliveries(self):
        alice, bob = self.people()
        receiver = self.receiving(bob, "--on-conflict", "overwrite", "--max-size", "3M")
        self.paths = [self.write_file("out/file", os.urandom(2_000_000)), self.path("out/t"),
                      self.write_file("out/large", os.urandom(4_000_000))]
        for k in range(20):
            self.write_file(f"out/t/{k % 3}/{k}", b"%d" % k)
        rounds = 60 if RELEASE else 20
        taken = []
        for _ in range(rounds):
            self.deliver(alice)
            taken.append(self.taken(receiver, bob))
        # The last session may not be cleared away yet when its sender has ended: the least of several counts. What
        # the server was too busy to be told waits in one file.
        first, second = ({what: min(t[what] for t in part) for what in taken[0]}
                         for part in (taken[:rounds // 2], taken[rounds // 2:]))
        self.assertLessEqual(second["descriptors"], first["descriptors"])
        self.assertLessEqual(second["files"], first["files"] + 1)
        if RELEASE:
            self.assertLess(taken[-1]["resident"] - second["resident"], 1 << 20)
        self.assertTrue(receiver.running())

    def deliver(self, alice):
        """A file, a tree, a message, what is refused, and a sender that is killed."""
        file, tree, large = self.paths
        self.run_ok("send", "bob", file, home=alice)
        self.run_ok("send", "bob", tree, "--update", home=alice)
        self.run_ok("send", "bob", "-m", "hello", home=alice)
        self.run_code(6, "send", "bob", large, home=alice)
        sender = self.spawn("send", "bob", "-", home=alice, json=True)
        sender.expect_record("session", state="active")
        sender.kill()

    def taken(self, receiver, home):
        """What it holds of the system, and how many files there are in the home."""
        with open(f"/proc/{receiver.pid}/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return {"descriptors": len(os.listdir(f"/proc/{receiver.pid}/fd")), "resident": resident,
                "files": sum(len(names) for _, _, names in os.walk(home.path))}


if __name__ == "__main__":
    unittest.main()
