"""count.py REPORT: `N passed, N failed, N skipped` from ctest's JUnit file, by test case where it can tell.

A program's own summary (Catch2's, unittest's) gives its cases; one without a summary counts as one. Where the
summary and the exit code disagree (a sanitizer's report at exit, a crash) that is one more failure. The exit
code is 0 when something ran and nothing failed.
"""

import re
import sys
import xml.etree.ElementTree as xml
from typing import NamedTuple

_CATCH_ALL = re.compile(r"^All tests passed \(\d+ assertions? in (\d+) test cases?\)", re.M)
_CATCH_SOME = re.compile(r"^test cases: *(\d+)(.*)$", re.M)
_PART = re.compile(r"(\d+) (passed|failed)( as expected)?")
_UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n\n?(?:OK|FAILED|NO TESTS RAN)(?: \((.*)\))?", re.M)


class Count(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(*(a + b for a, b in zip(self, other)))

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def _last(pattern, text):
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def from_output(text):
    """The count a program's summary gives, or None."""
    some, whole, python = _last(_CATCH_SOME, text), _last(_CATCH_ALL, text), _last(_UNITTEST, text)
    if some:
        total = int(some.group(1))
        failed = sum(int(n) for n, what, expected in _PART.findall(some.group(2)) if what == "failed" and not expected)
        return Count(total - failed, failed)
    if whole:
        return Count(int(whole.group(1)))
    if python:
        said = dict(re.findall(r"(\w+)=(\d+)", python.group(2) or ""))
        failed = sum(int(said.get(word, 0)) for word in ("failures", "errors", "successes"))
        skipped = int(said.get("skipped", 0))
        return Count(max(0, int(python.group(1)) - failed - skipped), failed, skipped)
    return None


def from_case(status, text):
    """The count of one ctest entry of JUnit status `run`, `fail`, `notrun` or `disabled`."""
    if status in {"notrun", "disabled", "skipped"}:
        return Count(skipped=1)
    inner = from_output(text)
    if status == "run":
        return inner or Count(passed=1)
    if inner is None:
        return Count(failed=1)
    return inner if inner.failed else inner + Count(failed=1)


def from_report(root):
    """(count, names of entries that failed) of a parsed report."""
    total, bad = Count(), []
    for case in root.iter("testcase"):
        status = case.get("status", "run")
        skipped = case.find("skipped")
        asked = skipped is not None and skipped.get("message", "").startswith("SKIP_")
        if status == "notrun" and not asked:
            status = "fail"  # the program is not there: nobody asked for that
        count = from_case(status, case.findtext("system-out") or "")
        total += count
        if count.failed:
            bad.append(case.get("name"))
    return total, bad


def main(path):
    try:
        root = xml.parse(path).getroot()
    except (OSError, xml.ParseError) as error:
        print(f"no report of the tests: {error}")
        print(Count(failed=1))
        return 1
    total, bad = from_report(root)
    for name in bad:
        print(f"failed: {name}")
    print(total)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
