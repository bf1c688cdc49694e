"""The frame of the end-to-end tests: it waits, it fails with what it saw, and it leaves nothing behind."""

import os
import signal
import sys
import threading
import unittest
from unittest import mock

import p2pc
from process import Process, end_session, parse_records, session_members
from terminal import Terminal
from waiting import Board

ECHO = "import sys\nfor line in sys.stdin: print(line.strip().upper(), flush=True)\nsys.exit(7)"


def python(code, *args, **options):
    return Process([sys.executable, "-c", code, *args], **options)


class Kept(unittest.TestCase):
    def keep(self, started):
        self.addCleanup(started.close)
        return started


class Processes(Kept):
    def test_a_line_is_awaited_and_the_exit_code_returned(self):
        process = self.keep(python(ECHO))
        process.write_line("hello")
        self.assertTrue(process.expect_line("^HELLO$"))
        process.close_stdin()
        self.assertEqual(process.wait(), 7)

    def test_a_line_meets_one_expectation_only(self):
        process = self.keep(python("print('x'); print('y'); print('x')"))
        for pattern in ("x", "x", "y"):
            process.expect_line(pattern)
        with self.assertRaises(AssertionError):
            process.expect_line("x")

    def test_records_are_found_by_type_and_fields(self):
        process = self.keep(python('print("no json"); print(\'{"type":"a","n":1}\\n{"type":"a","n":2}\', end="")'))
        self.assertEqual(process.expect_record("a", n=2), {"type": "a", "n": 2})
        self.assertEqual(process.expect_record("a")["n"], 1)

    def test_the_end_of_the_output_fails_at_once_with_everything_seen(self):
        process = self.keep(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))
        process.wait()
        with self.assertRaisesRegex(AssertionError, r"(?s)ended without.*exit code: 3.*out.*err"):
            process.expect_line("never", timeout=3600)

    def test_a_deadline_fails_with_everything_seen(self):
        process = self.keep(python(ECHO))
        process.write_line("a")
        process.expect_line("A")
        with self.assertRaisesRegex(AssertionError, r"(?s)timed out.*A"):
            process.expect_line("never", timeout=0.01)
        with self.assertRaisesRegex(AssertionError, "timed out waiting for its end"):
            process.wait(timeout=0.01)

    def test_an_end_by_a_signal_is_128_and_its_number(self):
        process = self.keep(python(ECHO))
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 143)

    def test_a_code_that_only_looks_like_a_signal_fails(self):
        process = self.keep(python("import sys; sys.exit(143)"))
        with self.assertRaisesRegex(AssertionError, "did not die by signal 15"):
            process.wait()

    def test_a_consumer_gets_all_of_the_output(self):
        total = []
        process = self.keep(python("import sys; sys.stdout.write('x' * 3000000)", consume=lambda d: total.append(len(d))))
        self.assertEqual(process.wait(), 0)
        self.assertEqual(sum(total), 3000000)
        self.assertEqual(process.stdout, b"")

    def test_a_grandchild_that_stays_is_seen_and_killed(self):
        code = "import subprocess; p = subprocess.Popen(['sleep', '600'], stdout=-3, stderr=-3); print(p.pid)"
        process = python(code)
        child = int(process.expect_line(r"\d+").group())
        process.wait()
        self.assertEqual(session_members(process.pid), [child])
        self.assertEqual(process.close(), 1)
        self.assertEqual(end_session(process.pid), 0)

    def test_a_sanitizer_report_fails_whatever_the_exit_code(self):
        process = self.keep(python("import sys; print('x.cpp:1: runtime error: bad', file=sys.stderr)"))
        with self.assertRaisesRegex(AssertionError, "a sanitizer reported"):
            process.wait()

    def test_a_record_that_is_no_object_is_refused(self):
        with self.assertRaises(ValueError):
            parse_records("[1]\n")


class Terminals(Kept):
    def terminal(self, code, **options):
        return self.keep(Terminal([sys.executable, "-c", code], **options))

    def test_a_program_sees_a_terminal_of_the_given_size(self):
        terminal = self.terminal("import os; print(os.get_terminal_size(), os.isatty(0), os.isatty(2))", rows=7, columns=99)
        terminal.expect("columns=99, lines=7) True True")
        self.assertEqual(terminal.wait(), 0)
        self.assertTrue(terminal.restored())

    def test_it_types_and_reads(self):
        terminal = self.terminal("name = input('name? ')\nprint('hello ' + name)")
        terminal.expect("name? ")
        terminal.line("bob")
        terminal.expect("hello bob")
        self.assertEqual(terminal.lines()[:2], ["name? bob", "hello bob"])

    def test_a_hidden_question_does_not_echo(self):
        terminal = self.terminal("import getpass; print(getpass.getpass('secret: ')[::-1])")
        terminal.expect("secret: ")
        self.assertFalse(terminal.echoes())
        terminal.line("xyz")
        terminal.expect("zyx")
        self.assertNotIn("xyz", terminal.text())
        self.assertTrue(terminal.echoes())

    def test_ctrl_c_reaches_the_program(self):
        terminal = self.terminal("import signal\nsignal.signal(2, signal.SIG_DFL)\nprint('ready', flush=True); signal.pause()")
        terminal.expect("ready")
        terminal.key("ctrl-c")
        self.assertEqual(terminal.wait(), 130)

    def test_a_change_of_size_is_signalled(self):
        terminal = self.terminal(
            "import os, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])\n"
            "print('ready', flush=True)\nsignal.sigwait([signal.SIGWINCH])\nprint('now', *os.get_terminal_size())"
        )
        terminal.expect("ready")
        terminal.resize(10, 40)
        terminal.expect("now 40 10")

    def test_modes_left_changed_are_seen(self):
        terminal = self.terminal("import tty; tty.setraw(0)")
        self.assertEqual(terminal.wait(), 0)
        self.assertFalse(terminal.restored())

    def test_what_never_comes_fails_with_the_screen(self):
        terminal = self.terminal("print('something else')")
        with self.assertRaisesRegex(AssertionError, r"(?s)ended without 'never'.*\|something else"):
            terminal.expect("never", timeout=3600)


class Cases(unittest.TestCase):
    """The test case itself, run on cases made here."""

    def outcome(self, body):
        class Made(p2pc.Case):
            def runTest(self):
                body(self)

        result = unittest.TestResult()
        with mock.patch.dict(os.environ, {"P2PC_BINARY": sys.executable, "P2PC_USE_RELEASE": ""}):
            Made().run(result)
        return result

    def test_a_command_runs_with_an_environment_of_its_own(self):
        def body(case):
            os.environ["P2PC_SERVER"] = "tls://elsewhere"
            code = "import os, json; print(json.dumps(dict(os.environ)))"
            done = case.run_ok("-c", code, env={"P2PC_USER": "bob"})
            case.assertIn(case.folder, done.text)
            case.assertNotIn("P2PC_SERVER", done.text)
            case.assertIn('"P2PC_USER": "bob"', done.text)

        with mock.patch.dict(os.environ):
            self.assertTrue(self.outcome(body).wasSuccessful())

    def test_the_wrong_exit_code_fails_with_the_output(self):
        result = self.outcome(lambda case: case.run_ok("-c", "import sys; print('why'); sys.exit(5)"))
        self.assertEqual(len(result.failures), 1)
        self.assertRegex(result.failures[0][1], r"(?s)exit code: 5.*why")

    def test_a_command_that_leaves_a_process_behind_fails(self):
        code = "import subprocess; subprocess.Popen(['sleep', '600'], stdin=-3, stdout=-3, stderr=-3)"

        result = self.outcome(lambda case: case.run_ok("-c", code))
        self.assertEqual(len(result.failures), 1)
        self.assertIn("left processes behind", result.failures[0][1])

    def test_a_process_that_escapes_its_session_is_seen_at_the_end(self):
        code = ("import subprocess, sys; subprocess.Popen(['tail', '-f', '/dev/null', sys.argv[1]], "
                "start_new_session=True, stdin=-3, stdout=-3, stderr=-3)")
        result = self.outcome(lambda case: case.run_ok("-c", code, case.write_file("x", b"")))
        self.assertEqual(len(result.failures) + len(result.errors), 1)
        self.assertIn("left behind: tail", (result.failures + result.errors)[0][1])

    def test_the_folder_of_a_test_goes_with_it(self):
        seen = []
        self.assertTrue(self.outcome(lambda case: seen.append(case.write_file("a/b", b"x"))).wasSuccessful())
        self.assertFalse(os.path.exists(os.path.dirname(os.path.dirname(seen[0]))))

    def test_a_missing_release_binary_skips_and_a_missing_binary_fails(self):
        with mock.patch.dict(os.environ, {"P2PC_USE_RELEASE": "1", "P2PC_RELEASE_BINARY": ""}):
            self.assertRaises(unittest.SkipTest, p2pc.binary)
        with mock.patch.dict(os.environ, {"P2PC_USE_RELEASE": "", "P2PC_BINARY": "/nonexistent"}):
            self.assertRaises(AssertionError, p2pc.binary)


class Waiting(unittest.TestCase):
    def test_a_wait_ends_with_the_change_and_not_with_its_deadline(self):
        board, values = Board(), []
        writer = threading.Thread(target=lambda: board.change(lambda: values.append(1)))
        writer.start()
        self.assertEqual(board.wait(lambda: values, "a value", str, timeout=3600), [1])
        writer.join()

    def test_a_wait_for_what_ended_fails_at_once(self):
        board = Board()
        board.end()
        with self.assertRaisesRegex(AssertionError, "ended without a value\nseen"):
            board.wait(lambda: None, "a value", lambda: "seen", timeout=3600)


if __name__ == "__main__":
    unittest.main()
