"""A tree that follows another: what send --delete removes at a receiver that allows it, and what it may not."""

import os
import shutil
import subprocess
import unittest

import p2pc
import test_transfer


class Mirror(p2pc.Case):
    scheme = "tls"
    people = test_transfer.Transfer.people
    receiving = test_transfer.Transfer.receiving

    def fill(self, top, names):
        for name in names:
            self.write_file(f"{top}/{name}", name.encode())

    def below(self, top):
        found = []
        for folder, folders, files in os.walk(self.path(top)):
            found += [os.path.relpath(os.path.join(folder, name), self.path(top)) for name in [*folders, *files]]
        return sorted(found)

    def rsync_finds_nothing(self, ours, theirs):
        done = subprocess.run(
            ["rsync", "-nai", "--checksum", "--delete", self.path(ours) + "/", self.path(theirs) + "/"],
            check=True, capture_output=True, text=True)
        self.assertEqual(done.stdout, "")

    def test_a_mirror_is_equal_afterwards_and_its_dry_run_writes_nothing(self):
        alice, bob = self.people()
        self.receiving(bob, "--on-conflict", "overwrite", "--allow-delete")
        self.fill("out/t", ["a", "sub/b", "sub/deep/c"])
        os.symlink("sub/b", self.path("out/t/l"))
        self.fill("inbox/t", ["a", "old", "sub/old", "gone/x/y", "sub/deep/c"])
        self.fill("secret", ["x"])
        os.symlink(self.path("secret"), self.path("inbox/t/elsewhere"))
        self.fill("inbox", ["beside"])
        before = self.below("inbox")
        self.run_ok("send", "bob", self.path("out/t"), "--update", "--delete", "-n", home=alice)
        self.assertEqual(self.below("inbox"), before)
        self.run_ok("send", "bob", self.path("out/t"), "--update", "--delete", home=alice)
        self.assertEqual(self.below("inbox/t"), self.below("out/t"))
        self.assertEqual(self.below("secret"), ["x"])
        self.assertTrue(os.path.exists(self.path("inbox/beside")))
        self.rsync_finds_nothing("out/t", "inbox/t")

    def test_what_the_sender_left_out_stays(self):
        alice, bob = self.people()
        self.receiving(bob, "--on-conflict", "newer", "--allow-delete")
        self.fill("out/t", ["a", "mine.o", "sub/b"])
        self.fill("inbox/t", ["theirs.o", "sub/theirs.o", "sub/old", "kept/theirs.o", "kept/old"])
        self.run_ok("send", "bob", self.path("out/t"), "--delete", "--exclude", "*.o", home=alice)
        self.assertEqual(self.below("inbox/t"),
                         ["a", "kept", "kept/theirs.o", "sub", "sub/b", "sub/theirs.o", "theirs.o"])

    def test_what_is_there_is_skipped_by_a_receiver_that_was_not_asked(self):
        alice, bob = self.people()
        self.receiving(bob, "--on-conflict", "skip")
        self.write_file("out/t/big", os.urandom(30_000_000))
        self.fill("out/t", ["a", "sub/b"])
        self.write_file("out/alone", os.urandom(5_000_000))
        paths = [self.path("out/t"), self.path("out/alone")]
        self.run_ok("send", "bob", *paths, home=alice)
        self.rsync_finds_nothing("out/t", "inbox/t")
        self.run_ok("send", "bob", *paths, home=alice)
        self.rsync_finds_nothing("out/t", "inbox/t")
        self.write_file("out/t/a", b"another")
        self.run_code(11, "send", "bob", *paths, home=alice)
        with open(self.path("inbox/t/a"), "rb") as kept:
            self.assertEqual(kept.read(), b"a")

    def test_nothing_is_removed_where_the_receiver_did_not_allow_it(self):
        alice, bob = self.people()
        self.fill("out/t", ["a"])
        self.fill("inbox/t", ["old"])
        for args in [["--on-conflict", "overwrite"], ["--allow-delete"]]:
            waiting = self.receiving(bob, *args)
            self.run_code(6, "send", "bob", self.path("out/t"), "--delete", home=alice)
            self.assertEqual(self.below("inbox/t"), ["old"])
            waiting.terminate()

    def as_who_may_not_read_everything(self):
        """What a command is run by so that the mode of a file counts: root goes without the right to pass it."""
        by = []
        if os.geteuid() == 0:
            if not shutil.which("setpriv"):
                self.skipTest("root reads everything, and there is no setpriv")
            by = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        closed = self.write_file("closed", b"")
        os.chmod(closed, 0)
        if subprocess.run([*by, "cat", closed], capture_output=True, check=False).returncode == 0:
            self.skipTest("a file of mode 0 can be read here")
        return by

    def test_nothing_is_removed_when_something_could_not_be_read(self):
        by = self.as_who_may_not_read_everything()
        alice, bob = self.people()
        self.receiving(bob, "--on-conflict", "overwrite", "--allow-delete")
        self.fill("out/t", ["a", "sub/b", "other/c"])
        for closed, options in [("sub/b", []), ("sub/b", ["--update"]), ("sub", []), ("sub", ["--update"])]:
            with self.subTest(closed=closed, options=options):
                shutil.rmtree(self.path("inbox/t"), ignore_errors=True)  # what is there need not be read
                self.fill("inbox/t", ["old", "sub/old", "other/old"])
                mode = os.stat(self.path("out/t", closed)).st_mode
                os.chmod(self.path("out/t", closed), 0)
                argv = self.command("send", "bob", self.path("out/t"), "--delete", *options, home=alice, json=True)
                send = self.keep(p2pc.Process([*by, *argv], p2pc.environment(self.folder), self.folder))
                self.assertEqual(send.wait(), 11, send.stderr)
                send.expect_record("file", source=self.path("out/t", closed), state="failed", error_code=8)
                os.chmod(self.path("out/t", closed), mode)
                for name in ("old", "sub/old", "other/old"):
                    self.assertIn(name, self.below("inbox/t"))
                self.run_ok("send", "bob", self.path("out/t"), "--delete", *options, home=alice)
                self.assertEqual(self.below("inbox/t"), self.below("out/t"))


if __name__ == "__main__":
    unittest.main()
