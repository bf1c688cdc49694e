"""Streams through both programs: whole trees by tar, broken at either end, in memory that does not grow."""

import os
import signal
import subprocess
import unittest

import p2pc
import test_transfer
import test_trees
from odd_tree import OddTree

MIB = 1 << 20
RELEASE = bool(os.environ.get("P2PC_USE_RELEASE"))


class Pipes(p2pc.Case):
    scheme = "tls"
    people = test_transfer.Transfer.people
    same = test_trees.Trees.same
    facts = test_trees.Trees.facts

    def piped(self, script, *argv):
        """A pipeline that fails when anything in it does; `script` has "$@" for our own program."""
        return self.keep(p2pc.Process(["bash", "-c", f"set -o pipefail; {script}", "bash", *argv],
                                      p2pc.environment(self.folder), self.folder))

    def receiving(self, home, script='"$@"'):
        process = self.piped(script, *self.command("receive", "--once", "--from", "alice", "-o", "-", home=home))
        process.expect_line("listening", stream="stderr")
        return process

    def test_a_tree_goes_through_tar_and_both_programs_and_is_equal(self):
        alice, bob = self.people()
        OddTree(self.path("out/t"), 2000)
        os.makedirs(self.path("inbox"))
        receive = self.receiving(bob, '"$@" | tar xp -C inbox')
        send = self.piped('tar c --format=posix -C out t | "$@"', *self.command("send", "bob", "-", home=alice))
        self.assertEqual((send.wait(), receive.wait()), (0, 0), send.stderr + receive.stderr)
        self.same("out/t", "inbox/t")

    def test_a_reader_that_goes_away_is_an_error_on_both_sides(self):
        alice, bob = self.people()
        receive = self.receiving(bob, '"$@" | head -c 1000; [ ${PIPESTATUS[0]} = 141 ]')
        send = self.piped('cat /dev/zero | "$@"; [ ${PIPESTATUS[1]} = 10 ]',
                          *self.command("send", "bob", "-", home=alice))
        self.assertEqual((send.wait(), receive.wait()), (0, 0), send.stderr + receive.stderr)

    def test_a_sender_that_is_ended_in_the_middle_is_an_error_at_the_receiver(self):
        alice, bob = self.people()
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number):
                receive = self.receiving(bob)
                send = self.spawn("send", "bob", "-", home=alice)
                send.write("text\n" * 100_000)
                receive.expect_line("^text$")
                send.signal(number)
                self.assertEqual(send.wait(), 128 + number)
                self.assertEqual(receive.wait(), 10, receive.stderr)

    def test_memory_does_not_grow_with_a_pipe(self):
        alice, bob = self.people()
        pieces = 1024 if RELEASE else 64
        counted = [0]

        def count(piece):
            counted[0] += len(piece)

        receive = self.spawn("receive", "--once", "--from", "alice", "-o", "-", home=bob, consume=count)
        receive.expect_line("listening", stream="stderr")
        send = self.spawn("send", "bob", "-", home=alice)
        piece = os.urandom(MIB)
        for _ in range(pieces):
            send.write(piece)
        peaks = [self.peak(process) for process in (send, receive)]
        send.close_stdin()
        self.assertEqual((send.wait(), receive.wait()), (0, 0))
        self.assertEqual(counted[0], pieces * MIB)
        if RELEASE:
            self.assertLess(max(peaks), 24 * MIB)

    def peak(self, process):
        """The most memory it had resident so far."""
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            (line,) = [line for line in file if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024


if __name__ == "__main__":
    unittest.main()
