"""Files, streams and messages from person to person, with the real binary."""

import fcntl
import hashlib
import os
import signal
import subprocess
import unittest

import p2pc
from waiting import Opened


def sha(data):
    return hashlib.sha256(data).hexdigest()


class Transfer(p2pc.Case):
    scheme = "tls"

    def people(self):
        self.directory = self.server(self.scheme)
        return self.person(self.directory, "alice"), self.person(self.directory, "bob")

    def receiving(self, home, *args, frm="alice", into="inbox", **options):
        """A `receive` that is ready."""
        if into is not None:
            os.makedirs(self.path(into), exist_ok=True)
            args = (*args, "-o", into)
        process = self.spawn("receive", "--from", frm, *args, home=home, json=True, **options)
        process.expect_record("listening")
        return process

    # ---- the main job

    def test_a_message_is_taken_before_send_ends(self):
        alice, bob = self.people()
        waiting = self.receiving(bob, "--once", into=None)
        done = self.run_ok("send", "bob", "-m", "hello – there", home=alice, json=True)
        self.assertEqual(done.record("message")["state"], "delivered")
        waiting.expect_record("message", text="hello – there", to="bob", state="received", **{"from": "alice"})
        self.assertEqual(waiting.wait(), 0)

    def test_a_message_that_could_not_be_written_was_not_taken(self):
        alice, bob = self.people()
        argv = self.command("receive", "--from", "alice", home=bob)
        waiting = self.keep(p2pc.Process(["/bin/sh", "-c", 'exec "$@" >/dev/full', "sh", *argv],
                                         p2pc.environment(self.folder), self.folder))
        waiting.expect_line("listening", stream="stderr")
        done = self.run_code(10, "send", "bob", "-m", "hello", home=alice, json=True)
        self.assertEqual([r for r in done.records if r["type"] == "message"], [])

    def test_files_of_every_kind_and_size_arrive_whole(self):
        alice, bob = self.people()
        waiting = self.receiving(bob)
        files = {
            "empty": b"",
            "one": b"x",
            "text.txt": b"line\n" * 1000,
            "block": os.urandom(256 * 1024),
            "block and one": os.urandom(256 * 1024 + 1),
            "chunk-1": os.urandom((1 << 20) - 1),
            "chunk": os.urandom(1 << 20),
            "chunk+1": os.urandom((1 << 20) + 1),
            "large": os.urandom(9_000_001),
        }
        paths = [self.write_file(os.path.join("out", name), data) for name, data in files.items()]
        done = self.run_ok("send", "bob", *paths, home=alice, json=True)
        sent = [r for r in done.records if r["type"] == "file"]
        self.assertEqual([(r["name"], r["state"]) for r in sent], [(n, "sent") for n in files])
        for name, data in files.items():
            self.assertEqual(sha(self.read_file("inbox", name)), sha(data), name)
            got = waiting.expect_record("file", name=name, state="received")
            self.assertEqual(got["path"], self.path("inbox", name))
            self.assertEqual(got["size"], len(data))
            self.assertEqual(got["digest"], next(r["digest"] for r in sent if r["name"] == name))
        self.assertFalse(os.path.exists(self.path("inbox", ".p2pc-partial")))

    def test_odd_names_are_kept_or_cleaned_and_shown_escaped(self):
        alice, bob = self.people()
        waiting = self.receiving(bob)
        odd = {
            "with space": "with space",
            "quote'\"quote": "quote'\"quote",
            "umlaut-äöü-日本語": "umlaut-äöü-日本語",
            "new\nline": "new_line",
            "-rf": "_rf",
            ".bashrc": "_bashrc",
            "tab\tand\x1b[31m": "tab_and_[31m",
            "evil\u202egpj.exe": "evil_gpj.exe",
        }
        paths = [self.write_file(os.path.join("out", name), name.encode()) for name in odd]
        self.run_ok("send", "--", "bob", *paths, home=alice)
        for name, kept in odd.items():
            record = waiting.expect_record("file", state="received", path=self.path("inbox", kept))
            self.assertEqual(record["name"], name)
            self.assertEqual(self.read_file("inbox", kept), name.encode())
        self.assertEqual(sorted(os.listdir(self.path("inbox"))), sorted(odd.values()))

    def test_a_name_that_is_not_utf8_is_refused_and_the_others_arrive(self):
        alice, bob = self.people()
        self.receiving(bob)
        bad = os.fsencode(self.path("out")) + b"/bad\xff"
        good = self.write_file("out/good", b"good")
        with open(bad, "wb") as file:
            file.write(b"bad")
        done = self.run_code(11, "send", "bob", os.fsdecode(bad), good, home=alice, json=True)
        self.assertEqual(done.record("file", state="refused")["name"],
                         self.path("out") + "/bad\ufffd")
        self.assertEqual(os.listdir(self.path("inbox")), ["good"])

    def test_an_existing_file_is_never_written_over(self):
        alice, bob = self.people()
        self.receiving(bob)
        self.write_file("inbox/report.txt", b"mine")
        path = self.write_file("out/report.txt", b"theirs")
        self.run_ok("send", "bob", path, home=alice)
        self.run_ok("send", "bob", path, home=alice)
        self.assertEqual(self.read_file("inbox/report.txt"), b"mine")
        self.assertEqual(self.read_file("inbox/report (2).txt"), b"theirs")
        self.assertEqual(self.read_file("inbox/report (3).txt"), b"theirs")

    def test_plain_output_is_one_absolute_path_or_message_a_line(self):
        alice, bob = self.people()
        os.makedirs(self.path("inbox"))
        waiting = self.spawn("receive", "--from", "alice", "-o", "inbox", home=bob)
        waiting.expect_line("listening", stream="stderr")
        self.run_ok("send", "bob", "-m", "two\nlines", self.write_file("out/a b", b"1"), home=alice)
        waiting.expect_line(r"^alice: two\\nlines$")
        waiting.expect_line("^" + self.path("inbox", "a b") + "$")

    def test_a_name_that_is_kept_as_it_is_stays_one_line(self):
        alice, bob = self.people()
        os.makedirs(self.path("inbox"))
        waiting = self.spawn("receive", "--any-names", "--from", "alice", "-o", "inbox", home=bob)
        waiting.expect_line("listening", stream="stderr")
        path = self.write_file("out/new\nline\x1b[2J", b"1")
        self.run_ok("send", "bob", path, home=alice)
        shown = waiting.expect_line("/inbox/").string
        self.assertEqual(shown.lower(), self.path("inbox", r"new\nline\x1b[2j").lower())
        self.assertEqual(self.read_file("inbox", "new\nline\x1b[2J"), b"1")

    # ---- streams

    def test_a_stream_comes_out_as_it_went_in(self):
        alice, bob = self.people()
        data = os.urandom(3_333_333)
        waiting = self.spawn("receive", "--once", "--from", "alice", "-o", "-", home=bob)
        waiting.expect_line("listening", stream="stderr")
        self.run_ok("send", "bob", "-", stdin=data, home=alice)
        self.assertEqual(waiting.wait(), 0)
        self.assertEqual(sha(waiting.stdout), sha(data))

    def test_a_stream_gets_the_name_the_sender_gave_it(self):
        alice, bob = self.people()
        self.receiving(bob)
        self.run_ok("send", "bob", "-", "--as", "backup.tar", stdin=b"tar", home=alice)
        self.run_ok("send", "bob", "-", stdin=b"", home=alice)
        self.assertEqual(self.read_file("inbox/backup.tar"), b"tar")
        self.assertEqual(self.read_file("inbox/stdin"), b"")

    def test_the_reader_of_a_stream_that_goes_away_is_an_error_on_both_sides(self):
        alice, bob = self.people()
        reader, writer = os.pipe()
        argv = self.command("receive", "--once", "--from", "alice", "-o", "-", home=bob)
        process = subprocess.Popen(argv, stdout=writer, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                   env=p2pc.environment(self.folder), cwd=self.folder, start_new_session=True)
        os.close(writer)
        while b"listening" not in process.stderr.readline():
            pass
        os.close(reader)
        sent = self.run_p2pc("send", "bob", "-", stdin=os.urandom(1 << 20), home=alice)
        self.assertEqual(sent.code, 10, str(sent))
        process.stderr.read()
        process.stderr.close()
        self.assertEqual(process.wait(60), -signal.SIGPIPE)

    def test_five_gibibytes_of_a_sparse_file_arrive_as_five_gibibytes(self):
        alice, bob = self.people()
        size, counted = 5 << 30, [0]

        def count(piece):
            counted[0] += len(piece)

        path = self.path("sparse")
        with open(path, "wb") as file:
            file.truncate(size)
        waiting = self.spawn("receive", "--once", "--from", "alice", "-o", "-", home=bob, consume=count)
        waiting.expect_line("listening", stream="stderr")
        self.run_ok("send", "bob", path, home=alice, timeout=900)
        self.assertEqual(waiting.wait(900), 0)
        self.assertEqual(counted[0], size)

    # ---- where it goes

    def test_output_as_a_file_name_takes_one_item_under_that_name(self):
        alice, bob = self.people()
        waiting = self.spawn("receive", "--from", "alice", "-o", "wanted.bin", home=bob, json=True)
        waiting.expect_record("listening")
        one, two = self.write_file("out/one", b"1"), self.write_file("out/two", b"2")
        self.run_code(11, "send", "bob", one, two, home=alice)
        self.assertEqual(self.read_file("wanted.bin"), b"1")
        self.assertEqual(waiting.wait(), 11)

    def test_max_size_refuses_what_is_announced_and_what_grows(self):
        alice, bob = self.people()
        self.receiving(bob, "--max-size", "1000")
        self.run_ok("send", "bob", self.write_file("out/fits", b"x" * 1000), home=alice)
        self.run_code(6, "send", "bob", self.write_file("out/not", b"x" * 1001), home=alice)
        self.run_code(6, "send", "bob", "-", stdin=b"x" * 400_000, home=alice)
        self.assertEqual(os.listdir(self.path("inbox")), ["fits"])

    # ---- who may

    def test_a_stranger_is_passed_over_and_a_named_one_is_pinned(self):
        alice, bob = self.people()
        waiting = self.spawn("receive", home=bob, json=True)
        waiting.expect_record("listening")
        self.run_code(6, "send", "bob", "-m", "hi", home=alice)
        waiting.terminate()
        first = self.receiving(bob, "--once", into=None)
        self.run_ok("send", "bob", "-m", "hi", home=alice)
        self.assertEqual(first.wait(), 0)
        again = self.spawn("receive", "--once", home=bob, json=True)
        again.expect_record("listening")
        self.run_ok("send", "bob", "-m", "now known", home=alice)
        self.assertEqual(again.wait(), 0)

    def test_two_first_contacts_by_two_processes_of_one_home_are_both_pinned(self):
        alice, bob = self.people()
        carol = self.person(self.directory, "carol")
        self.receiving(alice, frm="bob", into="a")
        self.receiving(carol, frm="bob", into="c")
        lock = os.path.join(bob.path, "lock")
        sends = []
        # Both are held where they want to write: what one read before that must not undo the other's pin.
        with open(lock, "ab") as held, Opened(lock) as opened:
            fcntl.flock(held, fcntl.LOCK_EX)
            for to in ("alice", "carol"):
                sends.append(self.spawn("send", to, "-m", "hi", home=bob, json=True))
                opened.wait()
            self.assertTrue(sends[0].running(), "it wrote without the lock")
        self.assertEqual([s.wait() for s in sends], [0, 0])
        for user in ("alice", "carol"):
            info = self.run_ok("info", user, home=bob, json=True)
            self.assertEqual(info.record("user")["trust"], "pinned")

    def test_a_device_narrows_who_gets_it(self):
        alice, bob = self.people()
        second = self.home("bob-second")
        self.run_ok("login", "bob", "--server", self.directory.url, "--password-file", bob.password_file,
                    "--device", "box", home=second)
        box = self.receiving(second, into="box")
        laptop = self.receiving(bob, into="laptop")
        path = self.write_file("out/f", b"f")
        self.run_ok("send", "bob/box", path, home=alice)
        self.assertEqual(os.listdir(self.path("box")), ["f"])
        self.run_ok("send", "bob", path, home=alice)  # the newest instance
        self.assertEqual(os.listdir(self.path("laptop")), ["f"])
        laptop.terminate()
        self.run_ok("send", "bob", path, home=alice)
        self.assertEqual(sorted(os.listdir(self.path("box"))), ["f", "f (2)"])
        box.terminate()
        self.run_code(5, "send", "bob/box", path, home=alice)

    # ---- not there

    def test_offline_is_5_unknown_is_4_and_waiting_delivers_later(self):
        alice, bob = self.people()
        path = self.write_file("out/later", b"later")
        self.run_code(5, "send", "bob", path, home=alice)
        self.run_code(5, "send", "bob", "-m", "x", home=alice)
        self.run_code(4, "send", "nobody", path, home=alice)
        self.run_code(5, "send", "--wait=100ms", "bob", path, home=alice)
        waiting_send = self.spawn("send", "--wait", "bob", path, home=alice, json=True)
        self.receiving(bob)
        self.assertEqual(waiting_send.wait(), 0)
        self.assertEqual(self.read_file("inbox/later"), b"later")

    def test_receive_that_waits_in_vain_is_5(self):
        _, bob = self.people()
        self.run_code(5, "receive", "--wait=200ms", home=bob)

    # ---- what cannot be sent

    def test_what_is_no_file_is_refused_with_its_reason_and_the_rest_goes(self):
        alice, bob = self.people()
        self.receiving(bob)
        os.mkfifo(self.path("fifo"))
        good = self.write_file("out/good", b"good")
        reasons = {self.path("fifo"): "FIFO", "/dev/zero": "a device", self.path("missing"): "No such file"}
        done = self.run_code(11, "send", "bob", *reasons, good, home=alice, json=True)
        for path, reason in reasons.items():
            self.assertIn(reason, done.record("file", name=path, state="failed", error_code=8)["error"])
        self.assertEqual(os.listdir(self.path("inbox")), ["good"])
        self.run_code(8, "send", "bob", self.path("missing"), home=alice)
        self.run_code(8, "send", "bob", self.path("fifo"), "/dev/zero", home=alice)

    def test_a_message_of_16385_bytes_is_refused_by_the_sender(self):
        alice, bob = self.people()
        waiting = self.receiving(bob, into=None)
        self.run_code(2, "send", "bob", "-m", "-", stdin=b"x" * 16385, home=alice)
        self.run_ok("send", "bob", "-m", "-", stdin=b"x" * 16384, home=alice)
        self.assertEqual(len(waiting.expect_record("message")["text"]), 16384)

    # ---- ends in the middle

    def test_a_receiver_killed_in_the_middle_is_10_and_leaves_only_a_partial(self):
        alice, bob = self.people()
        waiting = self.receiving(bob)
        reader, writer = os.pipe()
        # At once, not when it has been quiet for too long.
        sender = self.spawn("send", "--timeout=1h", "bob", "-", "--as", "big", home=alice, json=True, stdin=reader)
        os.close(reader)
        os.write(writer, os.urandom(60_000))
        waiting.expect_record("progress")
        waiting.kill()
        self.assertEqual(sender.wait(), 10)
        os.close(writer)
        self.assertEqual(os.listdir(self.path("inbox")), [".p2pc-partial"])
        self.assertEqual(len(os.listdir(self.path("inbox", ".p2pc-partial"))), 1)

    def test_a_sender_that_is_interrupted_dies_by_that_signal_and_no_file_appears(self):
        alice, bob = self.people()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            waiting = self.receiving(bob, "--once")
            reader, writer = os.pipe()
            sender = self.spawn("send", "bob", "-", home=alice, json=True, stdin=reader)
            os.close(reader)
            os.write(writer, b"some")
            sender.expect_record("session", state="active")
            waiting.expect_record("progress")
            sender.signal(number)
            self.assertEqual(sender.wait(), 128 + number)
            os.close(writer)
            waiting.expect_record("session", state="ended")
            self.assertNotIn("stdin", os.listdir(self.path("inbox")))
            if waiting.running():
                waiting.terminate()

    def test_a_source_that_changes_while_it_is_read_is_8_and_nothing_is_kept(self):
        alice, bob = self.people()
        path = self.write_file("changes", b"x" * (256 << 20))
        waiting = self.receiving(bob)
        sender = self.spawn("send", "bob", path, home=alice, json=True)
        # A receiver that stands still lets the sender read no more than the buffers on the way hold.
        waiting.expect_record("progress")
        waiting.signal(signal.SIGSTOP)
        os.truncate(path, 0)
        waiting.signal(signal.SIGCONT)
        self.assertEqual(sender.wait(), 8)
        waiting.expect_record("file", state="failed", name="changes")
        self.assertEqual([n for n in os.listdir(self.path("inbox")) if not n.startswith(".")], [])

    # ---- the session log

    def test_both_ends_see_the_session_ended_closed_with_its_bytes(self):
        alice, bob = self.people()
        waiting = self.receiving(bob, "--once")
        self.run_ok("send", "bob", self.write_file("out/f", os.urandom(100_000)), home=alice)
        self.assertEqual(waiting.wait(), 0)
        for home, role in ((alice, "caller"), (bob, "callee")):
            (record,) = self.run_ok("sessions", home=home, json=True).records
            self.assertEqual((record["state"], record["reason"], record["role"]), ("ended", "closed", role))
            self.assertEqual(record["peers"], ["bob" if role == "caller" else "alice"])
            self.assertGreater(record["bytes_out"] if role == "caller" else record["bytes_in"], 100_000)

    def test_a_transfer_outlives_the_server_and_the_log_is_completed_later(self):
        alice, bob = self.people()
        waiting = self.receiving(bob, "--once")
        reader, writer = os.pipe()
        sender = self.spawn("send", "bob", "-", home=alice, json=True, stdin=reader)
        os.close(reader)
        os.write(writer, b"first ")
        waiting.expect_record("progress")
        self.directory.kill()
        os.write(writer, b"second")
        os.close(writer)
        self.assertEqual(sender.wait(), 0)
        self.assertEqual(waiting.wait(), 0)
        self.assertEqual(self.read_file("inbox/stdin"), b"first second")
        self.directory.start()
        (record,) = self.run_ok("sessions", home=alice, json=True).records
        self.run_ok("sessions", home=bob, json=True)
        (record,) = self.run_ok("sessions", home=alice, json=True).records
        self.assertEqual((record["state"], record["reason"]), ("ended", "closed"))


class OverTcp(Transfer):
    scheme = "tcp"

    # What does not depend on the transport runs once.
    test_five_gibibytes_of_a_sparse_file_arrive_as_five_gibibytes = None
    test_receive_that_waits_in_vain_is_5 = None
    test_a_message_of_16385_bytes_is_refused_by_the_sender = None


if __name__ == "__main__":
    unittest.main()
