"""A tree of 50,000 entries of every kind, with the system's own tools as judges."""

import os
import shutil
import subprocess
import unittest

import p2pc
import test_transfer
from odd_tree import OddTree

LONG = 600  # seconds a command may take


def judges(test):
    present = shutil.which("rsync") and shutil.which("diff")
    return unittest.skipUnless(present, "needs diff and rsync as judges")(test)



class BigTree(p2pc.Case):
    scheme = "tls"
    in_memory = True  # hundreds of thousands of entries are made and removed again
    people = test_transfer.Transfer.people
    receiving = test_transfer.Transfer.receiving

    def setUp(self):
        super().setUp()
        self.addCleanup(os.umask, os.umask(0))  # what arrives has its modes less the umask

    def judged_equal(self, ours, theirs):
        """diff finds no difference of contents, rsync none of anything."""
        ours, theirs = self.path(ours), self.path(theirs)
        subprocess.run(["diff", "-r", "--no-dereference", ours, theirs], check=True)
        rsync = subprocess.run(["rsync", "-nai", "--checksum", "--delete", ours + "/", theirs + "/"],
                               check=True, capture_output=True)
        self.assertEqual(rsync.stdout, b"")

    def allocated(self, top, names):
        return sum(os.lstat(self.path(top, name)).st_blocks * 512 for name in names)

    @judges
    def test_fifty_thousand_entries_of_every_kind_arrive_as_they_are(self):
        alice, bob = self.people()
        self.receiving(bob, "--any-names")
        tree = OddTree(self.path("out/t"), 50_000)
        self.run_ok("send", "bob", tree.top, home=alice, timeout=LONG)
        self.judged_equal("out/t", "inbox/t")
        self.assertEqual(os.listdir(self.path("inbox")), ["t"])
        self.assertGreater(len(tree.sparse()), 20)
        self.assertLessEqual(self.allocated("inbox/t", tree.sparse()),
                             self.allocated("out/t", tree.sparse()) + (1 << 20))

    @judges
    def test_nothing_of_a_tree_that_is_there_is_sent(self):
        alice, bob = self.people()
        self.receiving(bob, "--any-names", "--on-conflict", "overwrite")
        tree = OddTree(self.path("out/t"), 10_000, seed=2)
        for expected in [(tree.files, 0), (0, tree.files)]:
            done = self.run_ok("send", "bob", tree.top, "--update", "--stats", home=alice, json=True, timeout=LONG)
            stats = done.record("stats")
            self.assertEqual((stats["files_sent"], stats["skipped"]), expected)
            self.judged_equal("out/t", "inbox/t")
        self.assertEqual(stats["bytes_sent"], 0)


if __name__ == "__main__":
    unittest.main()
