"""What send and receive do beside moving a file: a limit, programs, figures."""

import os
import signal
import unittest

import p2pc
import test_transfer


class Sending(p2pc.Case):
    scheme = "tls"
    people = test_transfer.Transfer.people
    receiving = test_transfer.Transfer.receiving

    # ---- a limit

    def test_a_limit_is_kept(self):
        alice, bob = self.people()
        self.receiving(bob)
        path = self.write_file("out/f", b"x" * 40_000)
        stats = self.run_ok("send", "bob", path, "--bwlimit", "20kB", "--stats", home=alice, json=True).record("stats")
        self.assertGreater(stats["seconds"], 1.7)

    # ---- how far, and what it took

    def test_sigusr1_is_answered_with_how_far_it_is_and_ends_nothing(self):
        alice, bob = self.people()
        waiting = self.receiving(bob, "--once")
        waiting.signal(signal.SIGUSR1)
        waiting.expect_line("nothing was transferred yet", stream="stderr")
        send = self.spawn("send", "bob", "-", "--as", "slow", home=alice, json=True)
        send.write(b"x" * 300_000)
        send.expect_record("progress")
        waiting.expect_record("progress")
        for process in (send, waiting):
            process.signal(signal.SIGUSR1)
            process.expect_line(r"slow .* KiB .*direct", stream="stderr")
        send.close_stdin()
        self.assertEqual((send.wait(), waiting.wait()), (0, 0))

    def test_stats_say_what_was_sent(self):
        alice, bob = self.people()
        self.receiving(bob)
        files = [self.write_file("out/a", b"x" * 1000), self.write_file("out/b", b"y" * 500)]
        stats = self.run_ok("send", "bob", *files, "--stats", home=alice, json=True).record("stats")
        self.assertEqual([stats[k] for k in ("files_sent", "skipped", "bytes_sent", "bytes_resumed")], [2, 0, 1500, 0])
        self.assertGreater(stats["seconds"], 0)
        self.assertGreater(stats["cpu"], 0)
        said = self.run_ok("send", "bob", *files, "--stats", home=alice).stderr
        self.assertIn("2 sent, 0 skipped, 1.5 KiB sent", said)

    # ---- --exec

    def program(self, body):
        path = self.write_file("program", ("#!/bin/sh\n" + body).encode())
        os.chmod(path, 0o700)
        return path

    def test_a_program_runs_for_each_file_in_place_and_sees_no_password(self):
        alice, bob = self.people()
        program = self.program('printf "%s|%s|%s|%s|%s|%s\\n" "$#" "$P2PC_FROM" "$P2PC_PATH" "$P2PC_SIZE" '
                               '"$P2PC_DIGEST" "$P2PC_PASSWORD$P2PC_PASSWORD_FILE" >> ran; echo noise')
        waiting = self.receiving(bob, "--once", "--exec", program,
                                 env={"P2PC_PASSWORD": "a secret", "P2PC_PASSWORD_FILE": "a file"})
        files = [self.write_file("out/a b", b"12345"), self.write_file("out/-x", b"")]
        done = self.run_ok("send", "bob", "--", *files, home=alice, json=True)
        self.assertEqual(waiting.wait(), 0)
        digests = [r["algorithm"] + ":" + r["digest"] for r in done.records if r["type"] == "file"]
        self.assertEqual(self.read_file("ran").decode().splitlines(), [
            f"0|alice|{self.path('inbox', 'a b')}|5|{digests[0]}|",
            f"0|alice|{self.path('inbox', '_x')}|0|{digests[1]}|"])
        self.assertNotIn("noise", [r.get("type") for r in waiting.records])

    def test_a_program_that_fails_is_reported_and_the_file_stays(self):
        alice, bob = self.people()
        waiting = self.receiving(bob, "--once", "--exec", self.program("exit 3"))
        self.run_ok("send", "bob", self.write_file("out/f", b"f"), home=alice)
        self.assertEqual(waiting.wait(), 0)
        self.assertIn("ended with 3", waiting.stderr)
        self.assertEqual(self.read_file("inbox", "f"), b"f")
        missing = self.run_code(8, "receive", "--exec", self.path("none"), home=bob)
        self.assertIn("cannot run", missing.stderr)

    def test_a_program_that_hangs_ends_with_the_receiver(self):
        alice, bob = self.people()
        waiting = self.receiving(bob, "--exec", self.program("echo started >&2; exec sleep 1000"))
        self.run_ok("send", "bob", self.write_file("out/f", b"f"), home=alice)
        waiting.expect_line("started", stream="stderr")
        waiting.terminate()
        self.assertEqual(waiting.wait(), 143)


if __name__ == "__main__":
    unittest.main()
