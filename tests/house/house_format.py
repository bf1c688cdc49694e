"""The C++ files are as clang-format leaves them. Skipped where clang-format is not installed."""

import os
import shutil
import subprocess
import unittest

from planted import HouseCase
from tree import project_root

CLANG_FORMAT = shutil.which("clang-format")


@unittest.skipUnless(CLANG_FORMAT, "clang-format is not installed")
class Format(HouseCase):
    def check(self, tree):
        paths = [tree.full(path) for path in tree.cpp()]
        done = subprocess.run(
            [CLANG_FORMAT, "--dry-run", "-Werror", *paths], stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        return done.returncode, done.stderr

    def test_a_planted_file_out_of_shape_is_found(self):
        with open(os.path.join(project_root(), ".clang-format"), encoding="utf-8") as file:
            style = file.read()
        shaped = self.planted({".clang-format": style, "a.cpp": "int f() {\n    return 1;\n}\n"})
        self.assertEqual(self.check(shaped), (0, ""))
        code, text = self.check(self.planted({".clang-format": style, "a.cpp": "int  f(){ return 1;}\n"}))
        self.assertNotEqual(code, 0)
        self.assertIn("a.cpp", text)

    def test_this_tree_is_in_shape(self):
        code, text = self.check(self.project())
        self.assertEqual(code, 0, text)


if __name__ == "__main__":
    unittest.main()
