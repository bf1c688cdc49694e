"""A disk that fills in the middle: nothing half shows under its final name, the code says why, and with room the
same command brings the rest."""

import os
import signal
import subprocess
import unittest

import p2pc
import test_resume
from namespaces import SmallDisk

MIB = 1 << 20


class FullDisk(p2pc.Case):
    people = test_resume.Resume.people

    def receiving(self, home, disk, *args):
        argv = self.command("receive", "--from", "alice", "-o", self.path("inbox"), *args, home=home, json=True)
        process = self.keep(p2pc.Process(disk.inside(argv), p2pc.environment(self.folder), self.folder))
        process.expect_record("listening")
        return process

    def shown(self, disk):
        """What stands under a final name."""
        return sorted(name for name in os.listdir(disk.path) if name not in (".p2pc-partial", "filler"))

    def judged_equal(self, ours, theirs):
        subprocess.run(["diff", "-r", "--no-dereference", ours, theirs], check=True)

    def tree(self, files):
        for k in range(files):
            self.write_file(f"out/t/{k % 4}/{k}", os.urandom(MIB - 1000))
        return self.path("out/t")

    def holed(self, name, size):
        """A file that begins with a hole, so that room for it is taken as it comes, and has 48 MiB of data."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.seek(8 * MIB)
            for _ in range(48):
                file.write(os.urandom(MIB))
            file.truncate(size)
        return path

    def test_a_tree_that_finds_no_room_does_not_show_until_the_same_command_has_completed_it(self):
        alice, bob = self.people()
        disk = SmallDisk(self, self.path("inbox"), 96 * MIB)
        filler = disk.fill(leave=24 * MIB)
        self.receiving(bob, disk)
        path = self.tree(40)
        done = self.run_code(6, "send", "bob", path, home=alice, json=True)
        self.assertEqual(done.record("file", source=path)["state"], "refused")
        self.assertEqual(self.shown(disk), [])
        os.remove(filler)
        stats = self.run_ok("send", "bob", path, "--stats", home=alice, json=True).record("stats")
        self.assertEqual(self.shown(disk), ["t"])
        self.judged_equal(path, os.path.join(disk.path, "t"))
        self.assertGreater(stats["skipped"], 10)

    def test_of_a_tree_that_is_merged_what_found_room_is_there_and_whole(self):
        alice, bob = self.people()
        disk = SmallDisk(self, self.path("inbox"), 96 * MIB)
        filler = disk.fill(leave=24 * MIB)
        self.receiving(bob, disk, "--on-conflict", "overwrite")
        path = self.tree(40)
        done = self.run_code(11, "send", "bob", path, home=alice, json=True)
        refused = {r["source"] for r in done.records if r["type"] == "file" and r["state"] == "refused"}
        top = os.path.join(disk.path, "t")
        there = [os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names]
        self.assertEqual(len(refused) + len(there), 40)
        for name in there:
            self.judged_equal(os.path.join(path, os.path.relpath(name, top)), name)
        os.remove(filler)
        self.run_ok("send", "bob", path, home=alice)
        self.judged_equal(path, os.path.join(disk.path, "t"))

    def fills_in_the_middle(self, bob, disk, sender):
        """The receiver has a part of it when another program takes what is free."""
        receiver = self.receiving(bob, disk)
        sender = sender()
        while receiver.expect_record("progress")["done"] < 12 * MIB:
            pass
        receiver.signal(signal.SIGSTOP)
        filler = disk.fill(leave=8 * MIB)
        receiver.signal(signal.SIGCONT)
        self.assertEqual(sender.wait(), 6, sender.stderr)
        self.assertEqual(self.shown(disk), [])
        os.remove(filler)

    def test_a_file_that_fills_the_disk_is_refused_and_the_same_command_goes_on_where_it_stopped(self):
        alice, bob = self.people()
        disk = SmallDisk(self, self.path("inbox"), 96 * MIB)
        path = self.holed("out/big", 1 << 30)
        self.fills_in_the_middle(bob, disk, lambda: self.spawn("send", "--bwlimit=12M", "bob", path, home=alice))
        stats = self.run_ok("send", "bob", path, "--stats", home=alice, json=True).record("stats")
        self.assertEqual(self.shown(disk), ["big"])
        self.judged_equal(path, os.path.join(disk.path, "big"))
        self.assertGreater(stats["bytes_resumed"], 8 * MIB)

    def test_a_file_in_a_tree_that_fills_the_disk_does_not_show_with_the_tree(self):
        alice, bob = self.people()
        disk = SmallDisk(self, self.path("inbox"), 96 * MIB)
        path = self.holed("out/t/sub/big", 1 << 30)
        self.write_file("out/t/small", b"small")
        self.fills_in_the_middle(
            bob, disk, lambda: self.spawn("send", "--bwlimit=12M", "bob", self.path("out/t"), home=alice))
        stats = self.run_ok("send", "bob", self.path("out/t"), "--stats", home=alice, json=True).record("stats")
        self.assertEqual(self.shown(disk), ["t"])
        self.judged_equal(path, os.path.join(disk.path, "t/sub/big"))
        self.assertEqual(sorted(os.listdir(os.path.join(disk.path, "t"))), ["small", "sub"])
        self.assertGreater(stats["bytes_resumed"], 8 * MIB)

    def test_a_stream_that_fills_the_disk_is_refused_and_nothing_of_it_stays(self):
        alice, bob = self.people()
        disk = SmallDisk(self, self.path("inbox"), 24 * MIB)
        self.receiving(bob, disk)
        self.run_code(6, "send", "bob", "-", stdin=os.urandom(40 * MIB), home=alice)
        self.assertEqual(os.listdir(disk.path), [])


if __name__ == "__main__":
    unittest.main()
