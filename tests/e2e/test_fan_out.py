"""One command to several receivers: the same content for all of them, and a result for each."""

import hashlib
import os
import signal
import threading
import unittest

import p2pc

MIB = 1 << 20


def sha(data):
    return hashlib.sha256(data).hexdigest()


class FanOut(p2pc.Case):
    def people(self):
        self.directory = self.server()
        return [self.person(self.directory, name) for name in ("alice", "bob", "carol")]

    def receiving(self, home, *args):
        """A `receive` into a folder named after its home."""
        os.makedirs(self.path(home.name), exist_ok=True)
        process = self.spawn("receive", "--from", "alice", *args, "-o", home.name, home=home, json=True)
        process.expect_record("listening")
        return process

    def received(self, home):
        """The visible names there, and what is in them."""
        names = sorted(name for name in os.listdir(self.path(home.name)) if not name.startswith("."))
        return {name: sha(self.read_file(home.name, name)) for name in names}

    def codes(self, records):
        """The exit code for each receiver; each has exactly one."""
        results = [(record["to"], record["code"]) for record in records if record["type"] == "result"]
        self.assertEqual(len(results), len(dict(results)), results)
        return dict(results)

    # ---- each gets everything, and has a result

    def test_each_gets_everything_from_one_file_or_stream(self):
        alice, bob, carol = self.people()
        data = os.urandom(9_000_000)
        path = self.write_file("out/f", data)
        for home in (bob, carol):
            self.receiving(home)
        for name, args, stdin in (("f", ["bob,carol,bob", path], b""), ("s", ["bob,carol", "-", "--as", "s"], data)):
            done = self.run_ok("send", *args, stdin=stdin, home=alice, json=True)
            self.assertEqual(sorted(r["to"] for r in done.records if r["type"] == "file"), ["bob", "carol"])
            self.assertEqual(self.codes(done.records), {"bob": 0, "carol": 0})
            for home in (bob, carol):
                self.assertEqual(self.received(home)[name], sha(data))

    def test_one_receiver_has_no_result_of_its_own(self):
        alice, bob, _ = self.people()
        self.receiving(bob)
        done = self.run_ok("send", "bob", self.write_file("out/f", b"f"), home=alice, json=True)
        self.assertEqual(self.codes(done.records), {})

    def test_who_is_away_holds_up_nobody_and_makes_it_11_unless_all_are(self):
        alice, bob, _ = self.people()
        self.person(self.directory, "dave")
        self.receiving(bob)
        data = os.urandom(9_000_000)
        done = self.run_code(11, "send", "carol,bob", "-", "--as", "s", stdin=data, home=alice, json=True)
        self.assertEqual(done.record("error")["code"], 11)
        self.assertEqual(self.codes(done.records), {"carol": 5, "bob": 0})
        self.assertIn("carol: ", done.stderr)
        self.assertEqual(self.received(bob), {"s": sha(data)})
        done = self.run_code(5, "send", "carol,dave", self.write_file("out/f", b"f"), home=alice, json=True)
        self.assertEqual(done.record("error")["code"], 5)
        self.assertEqual(self.codes(done.records), {"carol": 5, "dave": 5})

    def test_who_refuses_holds_up_nobody_and_makes_it_11_unless_all_do(self):
        alice, bob, carol = self.people()
        self.receiving(carol, "--max-size", "1K")
        bobs = self.receiving(bob)
        data = os.urandom(9_000_000)
        path = self.write_file("out/f", data)
        for args, stdin in ((["-", "--as", "f"], data), ([path], b"")):
            done = self.run_code(11, "send", "carol,bob", *args, stdin=stdin, home=alice, json=True)
            self.assertEqual(self.codes(done.records), {"carol": 6, "bob": 0})
        self.assertEqual(self.received(bob), {"f": sha(data), "f (2)": sha(data)})
        self.assertEqual(self.received(carol), {})
        bobs.terminate()
        self.receiving(bob, "--max-size", "1K")
        done = self.run_code(6, "send", "carol,bob", path, home=alice, json=True)
        self.assertEqual(self.codes(done.records), {"carol": 6, "bob": 6})
        bobs = self.run_code(11, "send", "dave,bob", path, home=alice, json=True)
        self.assertEqual(self.codes(bobs.records), {"dave": 4, "bob": 6})  # failed, but not alike

    # ---- a file that changes in between

    def test_a_file_that_changed_before_a_receiver_came_is_sent_to_the_others_alone(self):
        alice, bob, carol = self.people()
        data = os.urandom(3 * MIB + 5)
        for secretly in (False, True):
            path = self.write_file("out/f", data)
            bobs = self.receiving(bob, "--once")
            sender = self.spawn("send", "--wait", "bob,carol", path, home=alice, json=True)
            self.assertEqual(bobs.wait(), 0)
            before = os.stat(path)
            self.write_file("out/f", data[: 2 * MIB] + bytes(MIB) + data[3 * MIB :])
            if secretly:
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            carols = self.receiving(carol)
            self.assertEqual(sender.wait(), 11)
            self.assertEqual(self.codes(sender.records), {"bob": 0, "carol": 8})
            self.assertIn("source changed", sender.stderr)
            self.assertEqual(self.received(carol), {})
            carols.terminate()
        self.assertEqual(self.received(bob), {"f": sha(data), "f (2)": sha(data)})

    def test_a_file_that_changes_while_it_is_sent_is_8_for_all(self):
        alice, bob, carol = self.people()
        path = self.write_file("out/f", os.urandom(16 * MIB))
        for home in (bob, carol):
            self.receiving(home)
        sender = self.spawn("send", "bob,carol", "--bwlimit=4M", path, home=alice, json=True)
        seen = set()
        while len(seen) < 2:
            seen.add(sender.expect_record("progress")["session"])
        with open(path, "r+b") as file:
            file.seek(15 * MIB)
            file.write(b"something else")
        self.assertEqual(sender.wait(), 8)
        self.assertEqual(self.codes(sender.records), {"bob": 8, "carol": 8})
        for home in (bob, carol):
            self.assertEqual(self.received(home), {})

    # ---- the slowest

    def slow(self, sender, receiver):
        """It has begun, and stands still."""
        receiver.expect_record("progress")
        receiver.signal(signal.SIGSTOP)
        self.assertTrue(sender.running())

    def feed(self, sender, data):
        try:
            sender.write(data)
            sender.close_stdin()
        except BrokenPipeError:
            pass  # it ended, and the test says how

    def test_from_stdin_the_slowest_sets_the_pace_until_it_is_dropped(self):
        alice, bob, carol = self.people()
        self.receiving(bob)
        carols = self.receiving(carol)
        data = os.urandom(64 * MIB)
        sender = self.spawn("send", "--timeout", "3s", "bob,carol", "-", "--as", "s", home=alice, json=True)
        sender.write(data[:MIB])
        self.slow(sender, carols)
        # Beside this test, which has to go on when nobody reads it.
        rest = threading.Thread(target=self.feed, args=(sender, data[MIB:]), daemon=True)
        rest.start()
        self.assertEqual(sender.wait(), 11)
        rest.join()
        self.assertEqual(self.codes(sender.records), {"bob": 0, "carol": 10})
        order = [record["to"] for record in sender.records if record["type"] == "file"]
        self.assertEqual(order, ["carol", "bob"])  # nobody is ahead of the slowest by more than the ring
        self.assertEqual(self.received(bob), {"s": sha(data)})

    def test_from_a_file_nobody_waits_for_the_slowest(self):
        alice, bob, carol = self.people()
        self.receiving(bob)
        carols = self.receiving(carol)
        data = os.urandom(64 * MIB)
        path = self.write_file("out/f", data)
        sender = self.spawn("send", "bob,carol", "--bwlimit=24M", path, home=alice, json=True)
        self.slow(sender, carols)
        sender.expect_record("result", to="bob", code=0)
        self.assertEqual(self.codes(sender.records), {"bob": 0})
        carols.signal(signal.SIGCONT)
        self.assertEqual(sender.wait(), 0)
        self.assertEqual(self.received(carol), {"f": sha(data)})

    # ---- links that are lost

    def test_a_receiver_that_is_lost_is_tried_again_beside_the_others(self):
        alice, bob, carol = self.people()
        self.receiving(bob)
        carols = self.receiving(carol)
        data = os.urandom(48 * MIB)
        path = self.write_file("out/f", data)
        sender = self.spawn("send", "bob,carol", "--bwlimit=16M", path, home=alice, json=True)
        self.slow(sender, carols)
        carols.kill()
        sender.expect_line("carol is lost", stream="stderr")
        self.receiving(carol)
        self.assertEqual(sender.wait(), 0)
        self.assertEqual(self.codes(sender.records), {"bob": 0, "carol": 0})
        for home in (bob, carol):
            self.assertEqual(self.received(home), {"f": sha(data)})

    def test_a_receiver_that_does_not_come_back_is_10_for_itself(self):
        alice, bob, carol = self.people()
        self.receiving(bob)
        carols = self.receiving(carol)
        data = os.urandom(32 * MIB)
        path = self.write_file("out/f", data)
        sender = self.spawn("send", "bob,carol", "--retry-for=1s", "--bwlimit=16M", path, home=alice, json=True)
        self.slow(sender, carols)
        carols.kill()
        self.assertEqual(sender.wait(), 11)
        self.assertEqual(self.codes(sender.records), {"bob": 0, "carol": 10})
        self.assertEqual(self.received(bob), {"f": sha(data)})


if __name__ == "__main__":
    unittest.main()
