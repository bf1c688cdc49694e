"""One file of the product, swapped for its mutants in the programs that test it.

The file becomes a shared library of its own beside each program, which is linked once; of a mutant only that
library is made anew, its headers precompiled. The programs are those of a build that is there (build/coverage).
"""

import json
import os
import re
import resource
import shlex
import subprocess
import tempfile
import time

MEMORY = 4 << 30  # of a mutant that never stops asking for more
_COUNTING = ("-fprofile-instr-generate", "-fcoverage-mapping", "-Werror")
# A mutant may write where it must not: it sees a root that it cannot write to, but for the temporary folder.
_CLOSE = 'mount --bind "$0" "$0" && mount -o remount,bind,ro / && exec "$@"'
_FENCE = ("unshare", "-rm", "sh", "-c", _CLOSE, tempfile.gettempdir())


class Broken(Exception):
    """What is not mutated does not build, or does not pass."""


class Subject:
    """A file under test: REQUIRES that its programs are built in `build`."""

    def __init__(self, build, root, part):
        self.root, self.build = root, build
        self.path = os.path.join(root, part.path)
        self.folder = os.path.join(build, "mutants", part.path.replace("/", "_"))
        os.makedirs(self.folder, exist_ok=True)
        with open(self.path, encoding="utf-8") as file:
            self.source = file.read()
        self._compile = self._compiler()
        self._precompile()
        if not self._make(self.source):
            raise Broken(f"{part.path} does not compile")
        linked = [(self._link(program), first) for program, first in part.runs]
        runs = [[program, first] for program, first in linked if first] + [[program] for program, _ in linked]
        self.runs = [(argv, self._baseline(argv)) for argv in runs]

    def survives(self, text):
        """Whether a mutant passes all its tests; None where it does not compile."""
        if not self._make(text):
            return None
        return all(self._passes(argv, 5 * seconds + 5) for argv, seconds in self.runs)

    def _compiler(self):
        with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as file:
            entry = next(e for e in json.load(file) if e["file"] == self.path)
        words = shlex.split(entry["command"])
        argv, skip = [], 0
        for k, word in enumerate(words):
            if skip:
                skip -= 1
            elif word in ("-o", "-c"):
                skip = 1
            elif word in ("-Xclang", "-mllvm") and words[k + 1] in ("-include-pch", "-include"):
                skip = 3
            elif word == "-mllvm":
                skip = 1
            elif not word.startswith(_COUNTING):
                argv.append(word)
        start = next(k for k, word in enumerate(argv) if re.search(r"(clang|g)\+\+", word))
        return [*argv[start:], "-w", "-fPIC", "-O0"]

    def _precompile(self):
        """The headers that the file includes at its top, once for all its mutants."""
        includes = "\n".join(re.findall(r"(?m)^#include .*$", self.source))
        header = os.path.join(self.folder, "headers.hpp")
        with open(header, "w", encoding="utf-8") as file:
            file.write(includes + "\n")
        self._run([*self._compile, "-x", "c++-header", header, "-o", header + ".pch"])
        self._compile += ["-include-pch", header + ".pch"]

    def _make(self, text):
        """The library of one mutant; False where it does not compile."""
        source = os.path.join(self.folder, "mutant.cpp")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        made = subprocess.run(
            [*self._compile, source, "-shared", "-Wl,-soname,libmutant.so", "-o", self.folder + "/libmutant.so"],
            capture_output=True, text=True, check=False)
        with open(os.path.join(self.folder, "compiler.log"), "w", encoding="utf-8") as file:
            file.write(made.stderr)
        return made.returncode == 0

    def _link(self, program):
        """The program with the library in place of the object of the file."""
        commands = self._run(["ninja", "-C", self.build, "-t", "commands", "tests/" + program]).stdout
        words = shlex.split(commands.strip().splitlines()[-1].removeprefix(": && ").removesuffix(" && :"))
        linked = os.path.join(self.folder, program)
        words[words.index("-o") + 1] = linked
        first = next(k for k, word in enumerate(words) if word.endswith(".o"))
        words[first:first] = [os.path.join(self.folder, "libmutant.so"), f"-Wl,-rpath,{self.folder}", "-rdynamic"]
        self._run(words)
        return linked

    def _run(self, argv):
        done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=self.build)
        if done.returncode:
            raise Broken(f"{shlex.join(argv)}\n{done.stderr}")
        return done

    def _baseline(self, argv):
        start = time.monotonic()
        if not self._passes(argv, 300):
            raise Broken(f"{argv}: fails without any change")
        return time.monotonic() - start

    def _passes(self, argv, seconds):
        def bounded():
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        env = {**os.environ, "LLVM_PROFILE_FILE": "/dev/null"}
        process = subprocess.Popen(
            [*_FENCE, argv[0], "--abort", *argv[1:]], cwd=self.build, env=env, preexec_fn=bounded,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return False
