"""No include looks upwards: floors, plugins and public headers. Planted violations show that it would be seen."""

import unittest

import layers
from planted import HouseCase

FLOORS = {
    "src/base/CMakeLists.txt": "p2pc_floor(base LEVEL 0 SOURCES clock.cpp)\n",
    "src/model/CMakeLists.txt": "p2pc_floor(model LEVEL 1\n  USES base)\n",
    "src/wire/CMakeLists.txt": "p2pc_floor(\n  wire LEVEL 2 USES base model)\n",
    "src/io/CMakeLists.txt": "p2pc_floor(io LEVEL 2 ASIO USES base)\n",
    "src/app/CMakeLists.txt": "add_executable(p2pc main.cpp)\n",
}


class Layers(HouseCase):
    def found(self, files):
        return [(path, what) for path, _, what in layers.check(self.planted({**FLOORS, **files}))]

    def test_the_levels_are_those_of_the_cmake_files(self):
        self.assertEqual(
            layers.levels(self.planted(FLOORS)), {"base": 0, "model": 1, "wire": 2, "io": 2, "app": 3}
        )

    def test_an_upward_include_is_found(self):
        found = self.found({"src/model/a.hpp": '#pragma once\n#include "wire/frame.hpp"\n'})
        self.assertEqual(len(found), 1)
        self.assertIn("floor 'model' (level 1) may not use 'wire' (level 2)", found[0][1])

    def test_an_include_of_the_same_level_is_found(self):
        self.assertEqual(len(self.found({"src/io/deep/a.cpp": '#  include  "wire/frame.hpp"\n'})), 1)

    def test_an_upward_include_in_angle_brackets_is_found(self):
        self.assertEqual(len(self.found({"src/base/a.cpp": "#include <model/names.hpp>\n"})), 1)

    def test_a_way_around_by_dots_is_found(self):
        self.assertEqual(len(self.found({"src/model/a.cpp": '#include "../wire/frame.hpp"\n'})), 1)

    def test_a_folder_without_a_floor_is_found(self):
        self.assertEqual(len(self.found({"src/loose/a.cpp": '#include "base/clock.hpp"\n'})), 1)

    def test_downward_own_and_foreign_includes_are_allowed(self):
        text = '#include "wire/frame.hpp"\n#include "model/a.hpp"\n#include <p2pc/base/error.hpp>\n#include <map>\n'
        self.assertEqual(self.found({"src/wire/a.cpp": text, "src/app/main.cpp": text}), [])

    def test_an_include_in_a_comment_is_none(self):
        text = '// #include "wire/frame.hpp"\n/*\n#include "wire/frame.hpp"\n*/\n'
        self.assertEqual(self.found({"src/base/a.cpp": text}), [])

    def test_a_plugin_that_looks_into_src_is_found(self):
        found = self.found({"plugins/tcp/a.cpp": '#include "base/log.hpp"\n#include "../../src/base/log.hpp"\n'})
        self.assertEqual(len(found), 2)

    def test_a_plugin_may_include_its_own_and_the_public_headers(self):
        text = '#include "socket.hpp"\n#include <p2pc/plugin/plugin.hpp>\n#include <sys/socket.h>\n'
        self.assertEqual(self.found({"plugins/tcp/a.cpp": text}), [])

    def test_a_public_header_that_looks_up_is_found(self):
        found = self.found(
            {
                "include/p2pc/base/a.hpp": "#include <p2pc/transport/stream.hpp>\n",
                "include/p2pc/transport/a.hpp": "#include <p2pc/plugin/plugin.hpp>\n",
                "include/p2pc/plugin/a.hpp": '#include "base/log.hpp"\n',
                "include/p2pc/other/a.hpp": "#include <p2pc/base/error.hpp>\n",
            }
        )
        self.assertEqual(len(found), 4, found)

    def test_a_public_header_may_look_down(self):
        self.assertEqual(
            self.found({"include/p2pc/plugin/a.hpp": "#include <p2pc/base/a.hpp>\n#include <p2pc/plugin/b.hpp>\n"}), []
        )

    def test_a_violation_planted_in_this_tree_is_found(self):
        files = {p: self.project().text(p) for p in self.project().files("src")}
        self.assertIn("src/base/clock.hpp", files)
        files["src/base/clock.hpp"] += '#include "commands/table.hpp"\n'
        found = layers.check(self.planted(files))
        self.assertIn("src/base/clock.hpp", [path for path, _, _ in found])

    def test_no_include_of_this_tree_looks_up(self):
        self.assertGreater(len(layers.levels(self.project())), 10)
        self.assert_clean(layers.check(self.project()))


if __name__ == "__main__":
    unittest.main()
