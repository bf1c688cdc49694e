"""What clang-tidy is told not to say: planted silence without a reason is found, and this tree has none."""

import unittest

import silenced
from planted import HouseCase

CONFIG = """---
Checks:
  - '-*'
  - 'bugprone-*'
  - 'misc-*'

  # Off. Of another platform:
  - '-bugprone-one'
  - '-bugprone-two'
  # said in two
  # lines
  - '-misc-three'
WarningsAsErrors: '*'
...
"""


class Silenced(HouseCase):
    def config(self, old="", new=""):
        self.assertIn(old, CONFIG)
        return [what for _, what in silenced.check_config(CONFIG.replace(old, new, 1) if old else CONFIG)]

    def source(self, line):
        return [what for _, what in silenced.check_source(CONFIG, line)]

    def test_a_reason_stands_for_the_checks_below_it(self):
        self.assertEqual(self.config(), [])

    def test_a_check_that_is_off_without_a_reason_is_found(self):
        self.assertEqual(
            self.config("  # Off. Of another platform:\n"),
            ["bugprone-one is off without a reason", "bugprone-two is off without a reason"],
        )
        self.assertEqual(self.config("  - 'misc-*'\n", "  - '-misc-four'\n"), ["misc-four is off without a reason"])

    def test_a_reason_ends_with_a_blank_line_and_with_a_check_that_is_on(self):
        for between in ("", "  - 'cert-x'"):
            found = self.config("  - '-bugprone-two'", between + "\n  - '-bugprone-two'")
            self.assertEqual(found, ["bugprone-two is off without a reason"])

    def test_a_check_listed_twice_is_found(self):
        self.assertEqual(self.config("  - '-bugprone-two'", "  - '-bugprone-one'"), ["bugprone-one is listed twice"])

    def test_what_is_no_check_is_found(self):
        for line in ("  - -bugprone-two", "  - 'bugprone two'", "    'bugprone-two'"):
            self.assertEqual(self.config("  - '-bugprone-two'", line), ["not a check in quotes, one a line"])
        self.assertEqual(self.config("Checks:", "checks:"), ["no checks"])

    def test_warnings_that_are_no_errors_are_found(self):
        for line in ("", "WarningsAsErrors: ''", "# WarningsAsErrors: '*'"):
            self.assertEqual(self.config("WarningsAsErrors: '*'", line), ["what is said is no error"])

    def test_a_nolint_with_its_check_and_its_reason_passes(self):
        for line in (
            "f();  // NOLINT(bugprone-x): why",
            "// NOLINTNEXTLINE(misc-x, bugprone-y): why",
            "// NOLINTEND(misc-x)",
        ):
            self.assertEqual(self.source(line), [])

    def test_a_nolint_that_names_no_check_is_found(self):
        for line in ("f();  // NOLINT", "// NOLINTNEXTLINE: why", "// NOLINTBEGIN(): why", "// NOLINTEND"):
            self.assertEqual(self.source(line), ["a NOLINT that names no check"])

    def test_a_nolint_without_a_reason_is_found(self):
        for line in ("// NOLINT(misc-x)", "// NOLINTNEXTLINE(misc-x) why", "// NOLINTBEGIN(misc-x): "):
            self.assertEqual(self.source(line), ["a NOLINT without a reason behind a colon"])

    def test_a_nolint_of_a_check_that_is_off_is_found(self):
        for name in ("bugprone-two", "cert-x", "misc-three"):
            self.assertEqual(self.source(f"// NOLINT({name}): why"), [f"{name} is off already"])

    def test_this_tree_has_none(self):
        tree = self.project()
        config = tree.text(".clang-tidy")
        found = [(".clang-tidy", line, what) for line, what in silenced.check_config(config)]
        for path in tree.cpp():
            found += [(path, line, what) for line, what in silenced.check_source(config, tree.text(path))]
        self.assert_clean(found)


if __name__ == "__main__":
    unittest.main()
