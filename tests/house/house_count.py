"""The count that ends a run of the tests tells the truth, above all when something went wrong."""

import io
import os
import contextlib
import tempfile
import unittest
import xml.etree.ElementTree as xml

import count
from count import Count

CATCH_GOOD = "===\nAll tests passed (58 assertions in 12 test cases)\n\n"
CATCH_BAD = "===\ntest cases:  5 |  3 passed | 2 failed\nassertions: 17 | 15 passed | 2 failed\n\n"
CATCH_EXPECTED = "test cases: 5 | 3 passed | 1 failed | 1 failed as expected\nassertions: 9 | 8 passed | 1 failed\n"
PYTHON_GOOD = "...\n-----\nRan 3 tests in 0.003s\n\nOK\n"
PYTHON_SKIPPED = "..s\n-----\nRan 3 tests in 0.003s\n\nOK (skipped=1)\n"
PYTHON_BAD = "FE.s\n-----\nRan 4 tests in 1.003s\n\nFAILED (failures=1, errors=1, skipped=1)\n"


def report(*cases):
    root = xml.Element("testsuite")
    for name, status, text, skipped in cases:
        case = xml.SubElement(root, "testcase", name=name, status=status)
        xml.SubElement(case, "system-out").text = text
        if skipped is not None:
            xml.SubElement(case, "skipped", message=skipped)
    return root


class Counting(unittest.TestCase):
    def test_summaries_of_programs_are_read(self):
        for text, expected in (
            (CATCH_GOOD, Count(12)),
            ("All tests passed (1 assertion in 1 test case)\n", Count(1)),
            (CATCH_BAD, Count(3, 2)),
            (CATCH_EXPECTED, Count(4, 1)),
            (PYTHON_GOOD, Count(3)),
            (PYTHON_SKIPPED, Count(2, 0, 1)),
            (PYTHON_BAD, Count(1, 2, 1)),
            ("something else\n", None),
        ):
            with self.subTest(text):
                self.assertEqual(count.from_output(text), expected)

    def test_an_entry_without_a_summary_counts_as_one(self):
        self.assertEqual(count.from_case("run", "fine"), Count(1))
        self.assertEqual(count.from_case("fail", "Segmentation fault"), Count(0, 1))

    def test_a_failed_entry_whose_cases_passed_is_a_failure_more(self):
        self.assertEqual(count.from_case("fail", CATCH_GOOD + "LeakSanitizer"), Count(12, 1))
        self.assertEqual(count.from_case("fail", CATCH_BAD), Count(3, 2))

    def test_skipped_entries_are_counted_and_missing_programs_fail(self):
        root = report(
            ("a", "run", CATCH_GOOD, None),
            ("b", "notrun", "", "SKIP_RETURN_CODE=77"),
            ("c", "notrun", "Unable to find executable", "Unable to find executable"),
            ("d", "fail", "", None),
        )
        self.assertEqual(count.from_report(root), (Count(12, 2, 1), ["c", "d"]))

    def exit_code(self, root):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tests.xml")
            if root is not None:
                xml.ElementTree(root).write(path)
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                code = count.main(path)
        return code, said.getvalue().splitlines()[-1]

    def test_the_exit_code_is_0_only_when_something_ran_and_nothing_failed(self):
        self.assertEqual(self.exit_code(report(("a", "run", CATCH_GOOD, None))), (0, "12 passed, 0 failed, 0 skipped"))
        self.assertEqual(self.exit_code(report(("a", "fail", CATCH_BAD, None))), (1, "3 passed, 2 failed, 0 skipped"))
        self.assertEqual(self.exit_code(report()), (1, "0 passed, 0 failed, 0 skipped"))
        self.assertEqual(self.exit_code(None), (1, "0 passed, 1 failed, 0 skipped"))


if __name__ == "__main__":
    unittest.main()
