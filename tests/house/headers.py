"""Compiles headers alone, without the precompiled header, two at a time, and remembers what it compiled.

The flags of a header are the include paths and definitions of a source of the same floor in
compile_commands.json; a public header gets include/ alone, as a plugin has it. What was compiled well is
kept in the build folder as a digest over the compiler, the flags and every file the compiler read.
"""

import hashlib
import json
import os
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

_TAKEN = ("-I", "-D", "-std=")


class Headers:
    def __init__(self, tree, build, compiler="g++"):
        self.tree, self.build, self.compiler = tree, build, compiler
        self.memory_path = os.path.join(build, "headers_compiled.json")
        self.digests = {}
        self.flags = self._flags_of_folders()
        try:
            with open(self.memory_path, encoding="utf-8") as file:
                self.memory = json.load(file)
        except (OSError, ValueError):
            self.memory = {}

    def paths(self):
        return [p for p in self.tree.cpp("src", "include", "plugins") if p.endswith((".hpp", ".h"))]

    def check(self, jobs=2):
        """(path, compiler's message) for each header that does not compile alone."""
        with ThreadPoolExecutor(jobs) as pool:
            messages = list(pool.map(self._check_one, self.paths()))
        with open(self.memory_path + ".new", "w", encoding="utf-8") as file:
            json.dump(self.memory, file)
        os.replace(self.memory_path + ".new", self.memory_path)
        return [(path, message) for path, message in zip(self.paths(), messages) if message]

    def _check_one(self, path):
        command = self._command(path)
        known = self.memory.get(path)
        if known and self._digest(command, known["read"]) == known["digest"]:
            return None
        done = self.compile(command)
        if done.returncode != 0:
            self.memory.pop(path, None)
            return done.stderr.strip() or "the compiler failed"
        read = shlex.split(done.stdout.replace("\\\n", " "))[1:]
        self.memory[path] = {"read": read, "digest": self._digest(command, read)}
        return None

    def compile(self, command):
        """Compiles; standard output lists what was read, as a make rule."""
        listing = ["-MD", "-MF", "/dev/stdout"]
        return subprocess.run([*command, *listing], stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def _command(self, path):
        parts = path.split("/")
        flags = ["-std=c++20", "-I" + self.tree.full("include")]
        if parts[0] != "include":
            flags = self.flags.get("/".join(parts[:2]), flags + ["-I" + self.tree.full("src")])
        # A header as the main file would warn about its own #pragma once.
        return [self.compiler, "-fsyntax-only", "-Wall", "-Wextra", *flags, "-include", self.tree.full(path),
                "-x", "c++", "/dev/null"]

    def _flags_of_folders(self):
        """`src/wire` -> flags, from the first source of that folder the build compiles."""
        found = {}
        try:
            with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as file:
                entries = json.load(file)
        except OSError:
            return found
        for entry in entries:
            folder = self._folder(entry)
            if folder and folder not in found:
                words = shlex.split(entry["command"])
                flags = [word for word in words if word.startswith(_TAKEN)]
                for k, word in enumerate(words[:-1]):
                    if word == "-isystem":
                        flags += [word, words[k + 1]]
                found[folder] = flags
        return found

    def _folder(self, entry):
        """The floor or plugin whose library an entry belongs to, by its object's place in the build."""
        words = shlex.split(entry["command"])
        made = words[words.index("-o") + 1] if "-o" in words else ""
        parts = made.split("/")
        if len(parts) < 3 or parts[0] not in {"src", "plugins"} or parts[2] != "CMakeFiles":
            return None
        return None if parts[3].endswith("_proto.dir") else "/".join(parts[:2])

    def _digest(self, command, read):
        whole = hashlib.sha256(json.dumps([self._version(), command]).encode())
        for path in read:
            whole.update(self._file_digest(path))
        return whole.hexdigest()

    def _file_digest(self, path):
        if path not in self.digests:
            try:
                if path.startswith("/usr/"):
                    status = os.stat(path)
                    self.digests[path] = f"{status.st_size} {status.st_mtime_ns}".encode()
                else:
                    with open(path, "rb") as file:
                        self.digests[path] = hashlib.sha256(file.read()).digest()
            except OSError:
                self.digests[path] = b"gone"
        return self.digests[path]

    def _version(self):
        if "" not in self.digests:
            done = subprocess.run([self.compiler, "--version"], capture_output=True)
            self.digests[""] = done.stdout
        return self.digests[""].decode(errors="replace")
