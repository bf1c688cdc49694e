"""Transfers that are cut in the middle: the same command goes on where they stopped, or the command itself does."""

import hashlib
import os
import shutil
import signal
import subprocess
import unittest

import p2pc

MIB = 1 << 20
SIZE = 192 * MIB + 12345


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _digest(file)


def _digest(file):
    sum_ = hashlib.sha256()
    while piece := file.read(MIB):
        sum_.update(piece)
    return sum_.hexdigest()


class Resume(p2pc.Case):
    def people(self):
        self.directory = self.server()
        return self.person(self.directory, "alice"), self.person(self.directory, "bob")

    def big(self, name="big"):
        """A file that takes a while, of which no two MiB are alike."""
        path = self.path(name)
        with open(path, "wb") as file:
            left = SIZE
            while left > 0:
                left -= file.write(os.urandom(min(left, 8 * MIB)))
        return path

    def receiving(self, home, *args):
        os.makedirs(self.path("inbox"), exist_ok=True)
        process = self.spawn("receive", "--from", "alice", *args, "-o", "inbox", home=home, json=True)
        process.expect_record("listening")
        return process

    def partial_size(self):
        folder = self.path("inbox", ".p2pc-partial")
        return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))

    def in_the_middle(self, receiver, sender):
        """A good part of it has arrived, and not all; the receiver stands still."""
        while True:
            record = receiver.expect_record("progress")
            if record["done"] > 32 * MIB:
                break
        receiver.signal(signal.SIGSTOP)
        self.assertTrue(sender.running())
        self.assertLess(self.partial_size(), SIZE)

    def halfway(self, *sending, receiving=()):
        """Alice sends bob the big file; a good part of it is there, and the receiver stands still."""
        alice, bob = self.people()
        path = self.big()
        receiver = self.receiving(bob, *receiving)
        sender = self.spawn("send", "--bwlimit=40M", "bob", path, *sending, home=alice, json=True)
        self.in_the_middle(receiver, sender)
        return alice, bob, path, receiver, sender

    def complete(self, alice, path, kept):
        """The same command brings the rest, and little more."""
        stats = self.run_ok("send", "bob", path, "--stats", home=alice, json=True).record("stats")
        self.assertEqual(digest(self.path("inbox", os.path.basename(path))), digest(path))
        self.assertEqual(os.listdir(self.path("inbox")), [os.path.basename(path)])
        self.assertEqual(stats["bytes_resumed"], kept // MIB * MIB)
        self.assertEqual(stats["bytes_resumed"] + stats["bytes_sent"], SIZE)

    def test_a_receiver_that_was_killed_goes_on_when_the_command_is_run_again(self):
        alice, bob, path, receiver, sender = self.halfway("--retry-for", "0")
        receiver.kill()
        self.assertEqual(sender.wait(), 10)
        kept = self.partial_size()
        self.assertGreater(kept, 16 * MIB)
        self.receiving(bob)
        self.complete(alice, path, kept)

    def test_a_sender_that_was_killed_goes_on_when_the_command_is_run_again(self):
        alice, bob, path, receiver, sender = self.halfway()
        sender.kill()
        receiver.signal(signal.SIGCONT)
        # Whoever comes back is not kept waiting for what he lost himself.
        stats = self.run_ok("send", "bob", path, "--stats", home=alice, json=True).record("stats")
        self.assertGreater(stats["bytes_resumed"], 32 * MIB)
        self.assertEqual(digest(self.path("inbox", "big")), digest(path))
        self.assertEqual(os.listdir(self.path("inbox")), ["big"])

    def test_once_takes_the_same_delivery_from_a_sender_that_was_killed(self):
        alice, bob, path, receiver, sender = self.halfway(receiving=["--once"])
        sender.kill()
        receiver.signal(signal.SIGCONT)
        self.run_ok("send", "--wait=30s", "bob", path, home=alice, json=True)
        self.assertEqual(receiver.wait(), 0)
        self.assertEqual(digest(self.path("inbox", "big")), digest(path))

    def test_a_receiver_that_comes_back_is_found_within_the_command(self):
        alice, bob, path, receiver, sender = self.halfway("--stats")
        receiver.kill()
        self.receiving(bob)
        self.assertEqual(sender.wait(), 0)
        self.assertEqual(digest(self.path("inbox", "big")), digest(path))
        self.assertEqual(os.listdir(self.path("inbox")), ["big"])

    def test_time_runs_out_with_10_when_nobody_comes_back(self):
        alice, bob, path, receiver, sender = self.halfway("--retry-for", "3s")
        receiver.kill()
        self.assertEqual(sender.wait(), 10)
        failed = sender.expect_record("file", state="failed")
        self.assertEqual(failed["error_code"], 10)

    def test_a_signal_ends_the_retries(self):
        alice, bob, path, receiver, sender = self.halfway()
        receiver.kill()
        sender.expect_line("trying again", stream="stderr")
        sender.signal(signal.SIGINT)
        self.assertEqual(sender.wait(), 130)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("ss"), "needs root and ss to cut a connection")
    def test_a_link_that_is_cut_is_made_again_within_the_command(self):
        alice, bob, path, receiver, sender = self.halfway("--stats")
        self.cut(sender)
        receiver.signal(signal.SIGCONT)
        sender.expect_line("trying again", stream="stderr")
        self.assertEqual(sender.wait(), 0)
        self.assertEqual(digest(self.path("inbox", "big")), digest(path))
        states = [r["state"] for r in receiver.records if r["type"] == "file"]
        self.assertEqual(states, ["received"])

    def cut(self, process):
        """Every connection of it but the one to the server."""
        listed = subprocess.run(["ss", "-tnpH"], capture_output=True, text=True, check=True).stdout
        cuts = 0
        for line in listed.splitlines():
            if f"pid={process.pid}," not in line or f":{self.directory.port} " in line + " ":
                continue
            local, peer = line.split()[3:5]
            subprocess.run(["ss", "-K", "-tn", "src", local, "dst", peer], capture_output=True, check=False)
            cuts += 1
        self.assertGreater(cuts, 0)

    def test_a_bit_that_the_disk_changed_is_repaired(self):
        alice, bob, path, receiver, sender = self.halfway("--retry-for", "0")
        receiver.kill()
        self.assertEqual(sender.wait(), 10)
        kept = self.partial_size()
        folder = self.path("inbox", ".p2pc-partial")
        with open(os.path.join(folder, os.listdir(folder)[0]), "r+b") as file:
            file.seek(5 * MIB + 77)
            byte = file.read(1)
            file.seek(5 * MIB + 77)
            file.write(bytes([byte[0] ^ 0x20]))
        self.receiving(bob)
        self.complete(alice, path, kept)

    def test_a_source_that_changed_starts_over_and_says_so(self):
        alice, bob, path, receiver, sender = self.halfway("--retry-for", "0")
        receiver.kill()
        self.assertEqual(sender.wait(), 10)
        os.utime(path, (1, 1))
        receiver = self.receiving(bob)
        stats = self.run_ok("send", "bob", path, "--stats", home=alice, json=True).record("stats")
        self.assertEqual(stats["bytes_resumed"], 0)
        receiver.expect_line("has changed", stream="stderr")
        self.assertEqual(digest(self.path("inbox", "big")), digest(path))
        self.assertEqual(os.listdir(self.path("inbox")), ["big"])

    def test_partials_are_listed_and_cleaned(self):
        alice, bob, path, receiver, sender = self.halfway("--retry-for", "0")
        listed = self.run_ok("receive", "--partials", "list", "-o", "inbox", home=bob, json=True)
        self.assertTrue(listed.record("partial")["in_use"])
        receiver.kill()
        sender.wait()
        listed = self.run_ok("receive", "--partials=list", "-o", "inbox", home=bob, json=True).record("partial")
        self.assertFalse(listed["in_use"])
        self.assertEqual(listed["size"], self.partial_size())
        self.run_ok("receive", "--partials", "clean", "-o", "inbox", home=bob)
        self.assertEqual(os.listdir(self.path("inbox")), [])

    def test_a_checksum_is_that_of_sha256sum(self):
        alice, bob = self.people()
        path = self.write_file("file", os.urandom(3 * MIB + 1))
        receiver = self.receiving(bob)
        done = self.run_ok("send", "bob", path, "--checksum", "sha256", home=alice, json=True)
        for record in (done.record("file"), receiver.expect_record("file")):
            self.assertEqual(record["algorithm"], "sha256")
            self.assertTrue(record["digest"].endswith(digest(path)), record)


if __name__ == "__main__":
    p2pc.main()
