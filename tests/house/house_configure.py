"""An upward dependency between floors fails when the project is configured, and says why."""

import os
import shutil
import subprocess
import unittest

from planted import HouseCase
from tree import project_root

CMAKE = os.environ.get("P2PC_CMAKE", "cmake")

# What P2pcFloor.cmake expects of the project around it, as small as it can be.
AROUND = """cmake_minimum_required(VERSION 3.25)
project(planted LANGUAGES CXX)
include("{floor}")
add_library(p2pc_options INTERFACE)
add_library(p2pc_headers INTERFACE)
add_library(fmt::fmt INTERFACE IMPORTED)
add_library(p2pc_asio INTERFACE)
foreach(kind std asio)
    add_library(p2pc_pch_${{kind}} OBJECT cmake/pch/std.cpp)
    target_precompile_headers(p2pc_pch_${{kind}} PRIVATE cmake/pch/std.hpp)
endforeach()
p2pc_floor(base LEVEL 0)
p2pc_floor(model LEVEL 1 USES base)
p2pc_floor(crypto LEVEL 1 USES base)
"""


class Configure(HouseCase):
    def configure(self, line):
        floor = os.path.join(project_root(), "cmake", "P2pcFloor.cmake")
        tree = self.planted(
            {
                "CMakeLists.txt": AROUND.format(floor=floor) + line + "\n",
                "cmake/pch/std.cpp": "",
                "cmake/pch/std.hpp": "#pragma once\n",
            }
        )
        generator = ["-G", "Ninja"] if shutil.which("ninja") else []
        done = subprocess.run(
            [CMAKE, *generator, "-S", tree.root, "-B", os.path.join(tree.root, "build")],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
        )
        return done.returncode, " ".join((done.stdout + done.stderr).split())

    def assert_refused(self, line, message):
        code, text = self.configure(line)
        self.assertNotEqual(code, 0, text)
        self.assertIn(message, text)

    def test_a_downward_dependency_configures(self):
        code, text = self.configure("p2pc_floor(wire LEVEL 2 USES base model crypto)")
        self.assertEqual(code, 0, text)

    def test_an_upward_dependency_is_refused(self):
        self.assert_refused(
            "p2pc_floor(wire LEVEL 2 USES model)\np2pc_floor(deep LEVEL 1 USES wire)",
            "floor 'deep' (level 1) may not use 'wire' (level 2): only floors strictly below",
        )

    def test_a_dependency_on_the_same_level_is_refused(self):
        self.assert_refused(
            "p2pc_floor(terminal LEVEL 1 USES model)",
            "floor 'terminal' (level 1) may not use 'model' (level 1): only floors strictly below",
        )

    def test_a_floor_that_is_not_declared_yet_is_refused(self):
        self.assert_refused(
            "p2pc_floor(wire LEVEL 2 USES io)", "floor 'wire' uses 'io', which is not a floor declared before it"
        )

    def test_a_floor_without_a_level_is_refused(self):
        self.assert_refused(
            "p2pc_floor(wire LEVLE 2 USES base)", "p2pc_floor(wire): unknown or missing argument: LEVLE;2"
        )


if __name__ == "__main__":
    unittest.main()
