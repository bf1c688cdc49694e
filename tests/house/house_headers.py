"""Every header compiles alone: what it uses it includes."""

import os
import unittest

from headers import Headers
from planted import HouseCase

BUILD = os.environ.get("P2PC_BUILD", "")
COMPILER = os.environ.get("P2PC_CXX", "g++")

GOOD = "#pragma once\n#include <string>\ninline std::string f() { return {}; }\n"
BAD = "#pragma once\ninline std::string f() { return {}; }\n"


class Planted(HouseCase):
    def setUp(self):
        self.files = {"include/p2pc/base/a.hpp": GOOD, "src/base/b.hpp": '#pragma once\n#include <p2pc/base/a.hpp>\n'}
        self.tree = self.planted(self.files)

    def check(self):
        return [path for path, _ in Headers(self.tree, self.tree.root, COMPILER).check()]

    def write(self, path, text):
        with open(self.tree.full(path), "w", encoding="utf-8") as file:
            file.write(text)

    def test_a_header_that_lacks_an_include_is_found(self):
        self.assertEqual(self.check(), [])
        self.write("include/p2pc/base/a.hpp", BAD)
        self.assertEqual(self.check(), ["include/p2pc/base/a.hpp", "src/base/b.hpp"])
        self.assertEqual(self.check(), ["include/p2pc/base/a.hpp", "src/base/b.hpp"], "a failure was remembered as good")
        self.write("include/p2pc/base/a.hpp", GOOD)
        self.assertEqual(self.check(), [])

    def test_what_is_unchanged_is_not_compiled_again(self):
        self.check()
        compiled = []
        again = Headers(self.tree, self.tree.root, COMPILER)
        again.compile = lambda command: compiled.append(command)
        self.assertEqual(again.check(), [])
        self.assertEqual(compiled, [])

    def test_a_public_header_does_not_see_src(self):
        self.write("include/p2pc/base/a.hpp", '#pragma once\n#include "base/b.hpp"\n')
        self.assertIn("include/p2pc/base/a.hpp", self.check())


class Project(HouseCase):
    @unittest.skipUnless(os.path.exists(os.path.join(BUILD, "compile_commands.json")), "no build folder given")
    def test_every_header_of_this_tree_compiles_alone(self):
        headers = Headers(self.project(), BUILD, COMPILER)
        self.assertGreater(len(headers.paths()), 10)
        found = headers.check()
        self.assertFalse(found, "\n" + "\n".join(f"{path}:\n{message}" for path, message in found))


if __name__ == "__main__":
    unittest.main()
