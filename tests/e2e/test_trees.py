"""Folders from person to person, with the system's own tools as judges."""

import os
import shutil
import socket
import subprocess
import unittest

import p2pc
import test_transfer


class Trees(p2pc.Case):
    scheme = "tls"
    people = test_transfer.Transfer.people
    receiving = test_transfer.Transfer.receiving

    def write(self, name, data=b"x", mode=None, mtime=None):
        path = self.write_file(name, data)
        if mode is not None:
            os.chmod(path, mode)
        if mtime is not None:
            os.utime(path, ns=(mtime, mtime))
        return path

    def same(self, ours, theirs):
        """Contents, kinds, modes, times and targets of two trees."""
        subprocess.run(["diff", "-r", "--no-dereference", self.path(ours), self.path(theirs)], check=True)
        self.assertEqual(self.facts(ours), self.facts(theirs))

    def facts(self, top):
        found = {}
        for folder, folders, files in os.walk(self.path(top)):
            for name in [*folders, *files, "."]:
                path = os.path.join(folder, name)
                facts = os.lstat(path)
                is_link = os.path.islink(path)
                found[os.path.relpath(path, self.path(top))] = (
                    os.readlink(path) if is_link else oct(facts.st_mode),
                    facts.st_mtime_ns,
                )
        return found

    def test_a_tree_arrives_as_it_is(self):
        alice, bob = self.people()
        self.receiving(bob, "--any-names")
        self.write("out/t/a", os.urandom(300_000), mode=0o640, mtime=1_234_567_890_123_456_789)
        self.write("out/t/program", b"#!/bin/sh\n", mode=0o755)
        self.write("out/t/empty file", b"")
        self.write("out/t/sub/deep/er/b", b"b" * 5_000_000, mtime=-1_000_000_000)
        for name in ["-rf", ".hidden", "ta\tb", "new\nline", "umlaut-äöü", "e" * 255]:
            self.write(f"out/t/odd/{name}", name.encode())
        for k in range(500):
            self.write(f"out/t/many/{k % 7}/{k}", os.urandom(k))
        os.makedirs(self.path("out/t/empty folder"))
        os.chmod(self.path("out/t/empty folder"), 0o711)
        os.symlink("../../a", self.path("out/t/sub/deep/up"))
        os.symlink("nowhere", self.path("out/t/dangling"))
        os.utime(self.path("out/t/sub"), ns=(1_000_000_000_000_000_000,) * 2)
        done = self.run_ok("send", "bob", self.path("out/t"), home=alice, json=True)
        self.same("out/t", "inbox/t")
        records = [r for r in done.records if r["type"] == "file"]
        self.assertEqual([(r["name"], r["state"]) for r in records], [("t", "sent")])
        self.assertEqual(records[0]["size"], sum(
            os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(self.path("out/t"))
            for name in names if not os.path.islink(os.path.join(folder, name))))

    def test_slashes_and_dots_mean_what_they_mean_to_cp(self):
        alice, bob = self.people()
        self.write("out/t/a")
        self.write("out/t/sub/b")
        for k, (path, expected) in enumerate([
            ("t", ["t"]), ("t/", ["t"]), ("t/.", ["a", "sub"]), ("t/sub/..", ["a", "sub"]),
        ]):
            waiting = self.receiving(bob, "--once", into=f"inbox{k}")
            self.run_ok("send", "bob", self.path("out", path), home=alice)
            waiting.wait()
            self.assertEqual(sorted(os.listdir(self.path(f"inbox{k}"))), expected, path)

    def test_what_cannot_be_sent_is_told_and_the_rest_arrives(self):
        alice, bob = self.people()
        self.receiving(bob)
        self.write("out/t/a")
        os.mkfifo(self.path("out/t/fifo"))
        os.symlink("/etc/passwd", self.path("out/t/absolute"))
        os.symlink("../..", self.path("out/t/out"))
        with socket.socket(socket.AF_UNIX) as listener:
            here = os.getcwd()
            os.chdir(self.path("out/t"))
            listener.bind("socket")
            os.chdir(here)
        self.write("out/last")
        done = self.run_code(11, "send", "bob", self.path("out/t"), self.path("out/last"), home=alice, json=True)
        failed = {os.path.basename(r["name"]) for r in done.records if r["type"] == "file" and r["state"] != "sent"}
        self.assertEqual(failed, {"fifo", "absolute", "out", "socket"})
        self.assertEqual(os.listdir(self.path("inbox/t")), ["a"])
        self.assertTrue(os.path.exists(self.path("inbox/last")))

    def test_both_ends_say_in_which_folder_stood_what_was_refused(self):
        alice, bob = self.people()
        receiver = self.receiving(bob, "--once")
        refused = ["t/a/x\x01", "t/b\x02", "t/c/d/x\x01", "t/x\x01"]
        for path in ("t/a/x\x01", "t/a/y", "t/b\x02/x\x01/y", "t/c/d/x\x01", "t/c/z", "t/x\x01"):
            self.write("out/" + path)
        done = self.run_code(11, "send", "bob", self.path("out/t"), home=alice, json=True)
        self.assertEqual(receiver.wait(), 11, receiver._told())
        here = sorted(r["source"] for r in done.records if r["type"] == "file" and r["state"] == "refused")
        self.assertEqual(here, [self.path("out/" + path) for path in refused])
        there = sorted(r["name"] for r in receiver.records if r["type"] == "file" and r["path"] is None)
        self.assertEqual(there, refused)

    def test_thirty_two_folders_arrive_and_the_thirty_third_does_not(self):
        alice, bob = self.people()
        self.receiving(bob)
        deep = "t" + "/d" * 31
        self.write(f"out/{deep}/last")
        self.write(f"out/{deep}/d/below")
        self.run_code(11, "send", "bob", self.path("out/t"), home=alice)
        self.assertEqual(os.listdir(self.path("inbox", deep)), ["last"])

    def test_patterns_leave_out(self):
        alice, bob = self.people()
        self.receiving(bob)
        for name in ["a.c", "a.o", "build/x", "sub/b.o", "sub/keep.o", "sub/build/y", "log/l"]:
            self.write(f"out/t/{name}")
        self.write("out/t/.gitignore", b"/log/\n*.o\n!keep.o\n")
        self.write("out/patterns", b"# a comment\n/build\n")
        self.run_ok("send", "bob", self.path("out/t"), "--gitignore", "--exclude-from", self.path("out/patterns"),
                    "--exclude", "*.c", home=alice)
        self.assertEqual(sorted(p for p in self.facts("inbox/t") if os.path.isfile(self.path("inbox/t", p))),
                         [".gitignore", "sub/build/y", "sub/keep.o"])

    def test_paths_come_from_a_list(self):
        alice, bob = self.people()
        for name in ["a", "with\nnewline", "t/b"]:
            self.write(f"out/{name}")
        for k, (args, data) in enumerate([
            (["-"], "a\nt\n"), (["-", "-0"], "a\0t\0with\nnewline\0"),
        ]):
            waiting = self.receiving(bob, "--once", "--any-names", into=f"inbox{k}")
            listed = "".join(self.path("out", p) + end for end in "\n\0" for p in data.split(end)[:-1] if end in data
                             and (end == "\0" or "\0" not in data))
            self.run_ok("send", "bob", "--files-from", *args, home=alice, stdin=listed)
            waiting.wait()
            self.assertEqual(sorted(os.listdir(self.path(f"inbox{k}"))),
                             ["a", "t"] if k == 0 else ["a", "t", "with\nnewline"])

    def test_times_stay_here_where_they_are_not_wanted(self):
        alice, bob = self.people()
        self.receiving(bob)
        self.write("out/t/a", mtime=1_000_000_000_000_000_000)
        self.run_ok("send", "bob", self.path("out/t"), "--no-times", home=alice)
        self.assertGreater(os.stat(self.path("inbox/t/a")).st_mtime_ns, 1_500_000_000_000_000_000)

    def test_update_is_refused_by_a_receiver_that_takes_everything(self):
        alice, bob = self.people()
        self.receiving(bob)
        self.write("out/t/a")
        self.run_code(6, "send", "bob", self.path("out/t"), "--update", home=alice)
        self.run_code(6, "send", "bob", self.path("out/t"), "-n", home=alice)
        self.assertEqual(os.listdir(self.path("inbox")), [])

    def test_who_takes_one_file_under_a_name_of_their_own_answers_no_questions_and_removes_nothing(self):
        alice, bob = self.people()
        path = self.write("out/file", b"new")
        self.write("wanted", b"old")
        for output in ("wanted", "-"):
            for policy in ("rename", "overwrite"):
                waiting = self.spawn("receive", "--from", "alice", "-o", output, "--on-conflict", policy,
                                     "--allow-delete", home=bob)
                waiting.expect_line("listening", stream="stderr")
                for options in (["--update"], ["-n"], ["--delete"], ["--update", "--delete", "-n"]):
                    with self.subTest(output=output, policy=policy, options=options):
                        done = self.run_code(6, "send", "bob", path, *options, home=alice, json=True)
                        self.assertEqual(done.record("error")["what"], "refused")
                        self.assertTrue(waiting.running())
                self.assertEqual(self.read_file("wanted"), b"old")
                self.assertEqual(waiting.stdout, b"")
                waiting.terminate()

    def test_a_tree_sent_twice_with_update_sends_nothing_the_second_time(self):
        alice, bob = self.people()
        for policy in ["skip", "overwrite", "newer"]:
            inbox = f"inbox-{policy}"
            waiting = self.receiving(bob, "--on-conflict", policy, into=inbox)
            self.write("out/t/a", os.urandom(100_000))
            for k in range(1500):
                self.write(f"out/t/many/{k % 9}/{k}", b"%d" % k)
            self.run_ok("send", "bob", self.path("out/t"), "--update", home=alice)
            self.same("out/t", f"{inbox}/t")
            done = self.run_ok("send", "bob", self.path("out/t"), "--update", "--stats", home=alice, json=True)
            self.assertEqual(done.record("stats", skipped=1501)["bytes_sent"], 0)
            self.write("out/t/new", b"new")
            dry = self.run_ok("send", "bob", self.path("out/t"), "-n", home=alice)
            self.assertEqual([line for line in dry.text.splitlines() if line.startswith("send ")],
                             [f"send  3 B  {self.path('out/t/new')}"])
            self.assertFalse(os.path.exists(self.path(inbox, "t/new")))
            done = self.run_ok("send", "bob", self.path("out/t"), "--update", "--stats", home=alice, json=True)
            self.assertEqual(done.record("stats")["bytes_sent"], 3)
            waiting.terminate()
            shutil.rmtree(self.path("out/t"))


if __name__ == "__main__":
    unittest.main()
