"""Banned calls, words and places: planted ones are found, look-alikes are not, and this tree has none."""

import unittest

import banned
from planted import HouseCase

MACHINE = ["/" + name + "/" for name in ("work", "root", "home")]


class Banned(HouseCase):
    def cpp(self, code, path="src/base/a.cpp"):
        return [what for _, what in banned.check_cpp(path, code)]

    def test_a_banned_call_is_found(self):
        for name in banned.CALLS:
            for code in (f"{name}(x);", f"::{name} (x);", f"return std::{name}(x);", f"int a = {name}(\n x);"):
                with self.subTest(code):
                    self.assertEqual(len(self.cpp(f"void f() {{ {code} }}")), 1)

    def test_sleeping_by_this_thread_is_found(self):
        self.assertEqual(len(self.cpp("std::this_thread::sleep_for(1s);", "tests/unit/a.cpp")), 1)
        self.assertEqual(len(self.cpp("std::this_thread::sleep_until(t);", "tests/unit/a.cpp")), 1)

    def test_detached_is_found(self):
        self.assertEqual(len(self.cpp("co_spawn(ex, f(), asio::detached);")), 1)

    def test_a_look_alike_of_a_banned_call_is_none(self):
        for code in (
            "clock.system();",
            "self->popen(x);",
            "int system(int x);",
            "Clock::system(x);",
            'log("system(x)"); // popen(x)',
            "system_clock::now();",
            "co_await sleep_until(loop, when);",
            "bool detached = true; thread.detached();",
            "std::system_error(e);",
        ):
            with self.subTest(code):
                self.assertEqual(self.cpp(code), [])

    def test_a_path_taking_call_outside_its_room_is_found(self):
        codes = [f"int r = {name}(path, 0);" for name in banned.PATH_CALLS]
        codes += ["::link(a, b);", "::remove(a);", "std::ofstream out(path);", "std::filesystem::rename(a, b);"]
        codes += ["fs::create_directories(p);", "std::filesystem::remove_all(p);"]
        for path in ("src/peer/a.cpp", "src/channel/a.hpp", "src/commands/chat_loop.cpp", "src/transfer/x.cpp"):
            for code in codes:
                with self.subTest(path=path, code=code):
                    what = "a path is opened by transfer's output folder alone"
                    self.assertTrue(any(what in found for found in self.cpp("#pragma once\n" + code, path)))

    def test_a_path_taking_call_in_its_room_is_allowed(self):
        for path in ("src/transfer/output_folder.cpp", "src/transfer/partial.cpp", "src/home/lock.cpp"):
            with self.subTest(path):
                self.assertEqual(self.cpp("int fd = ::openat(a, b, 0); ::renameat2(a, b, c, d, 0);", path), [])

    def test_a_look_alike_of_a_path_call_is_none(self):
        for code in (
            "part.open(x);",
            "Result<Part> open(Name name);",
            "auto p = Part::open(name);",
            "link().send(x);",
            "v.erase(std::remove(a, b, c), b);",
            "std::filesystem::path p = x;",
            "co_await link->rename(x);",
        ):
            with self.subTest(code):
                self.assertEqual(self.cpp(code, "src/peer/a.cpp"), [])

    def test_openssl_outside_its_plugin_is_found(self):
        for path in ("src/io/a.cpp", "plugins/tcp/a.cpp", "include/p2pc/base/a.cpp"):
            self.assertEqual(len(self.cpp("SSL_CTX* c;", path)), 1)
            self.assertEqual(len(self.cpp("#include <openssl/ssl.h>\n", path)), 1)
        self.assertEqual(self.cpp("#include <openssl/ssl.h>\nSSL_CTX* c;", "plugins/tls/a.cpp"), [])

    def test_asio_across_the_plugin_seam_is_found(self):
        for path in ("include/p2pc/transport/a.cpp", "plugins/tls/a.cpp"):
            for code in ("#include <asio/awaitable.hpp>\n", "#include <asio.hpp>\n"):
                self.assertEqual(len(self.cpp(code, path)), 1)
        self.assertEqual(self.cpp("#include <asio/post.hpp>\n", "src/io/a.cpp"), [])

    def test_a_header_without_its_guard_is_found(self):
        self.assertEqual(len(self.cpp("int x;\n", "src/base/a.hpp")), 1)
        self.assertEqual(len(self.cpp("// #pragma once\n", "src/base/a.hpp")), 1)
        self.assertEqual(self.cpp("// a\n#pragma once\n", "src/base/a.hpp"), [])

    def test_unfinished_work_is_found(self):
        for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X"):
            self.assertEqual(len(self.cpp(f"// {word}: later\n")), 1)

    def test_a_file_of_500_lines_passes_and_one_of_501_does_not(self):
        for path in ("src/a.cpp", "tests/a.py", "src/CMakeLists.txt"):
            self.assertEqual(banned.check_text(path, "x\n" * 500), [])
            self.assertEqual(len(banned.check_text(path, "x\n" * 501)), 1)
        self.assertEqual(banned.check_text("docs/protocol.md", "x\n" * 501), [])

    def test_a_path_of_one_machine_is_found(self):
        for path in MACHINE:
            for line in (f"cd {path}x", f'"{path}x"', f"PATH=a:{path}x"):
                with self.subTest(line):
                    self.assertEqual(len(banned.check_text("README.md", line)), 1)

    def test_a_look_alike_of_a_machine_path_is_none(self):
        for line in ("src/home/home.cpp", "../work/", "${root}/home/x", "https://example.org/work/", "~/work/x"):
            with self.subTest(line):
                self.assertEqual(banned.check_text("README.md", line), [])

    def test_planted_files_of_a_tree_are_found(self):
        tree = self.planted(
            {"src/a.cpp": "int x = system(y);\n", "doc.md": MACHINE[0] + "x\n", "run": MACHINE[2] + "x\n"}
        )
        self.assertEqual([path for path, _, _ in banned.check(tree)], ["src/a.cpp", "doc.md", "run"])

    def test_this_tree_has_none(self):
        self.assert_clean(banned.check(self.project()))


if __name__ == "__main__":
    unittest.main()
