"""odd_tree: a tree with what trees are found to have, the same for the same seed.

Names with spaces, quotes, globs, dashes, dots and of 255 bytes, in several scripts and both normal forms; empty
and sparse files, empty folders, symlinks of every kind that travels, hard links, modes, and times before 1970, in
the far future and to the nanosecond. Names with control characters are in it as well: `receive --any-names`.
"""

import os
import random

MIB = 1 << 20
# Every kind of name; %s keeps those of one folder apart.
PLAIN = ["%s", "file %s", "%s.txt", "-rf %s", "--%s", "-%s", ".hidden%s", "...%s", "%s.", "%s ", " %s", "~%s",
         "#%s#", "%s~", "*%s", "[a-z]%s?", "{%s,b}", "$HOME%s", "`%s`", "$(%s)",
         "!%s", "&%s;", "|%s>", "'%s\"", "back\\slash%s", "%%s%s",
         "äöü-%s", "a\u0308o\u0308-%s", "日本語%s", "עברית%s", "\U0001f600%s", "\u202egpj.%s",
         "con%s", "%s:stream", "e\u0301" * 40 + "%s"]
CONTROL = ["tab\t%s", "new\nline%s", "cr\r%s", "\x1b[31m%s", "bell\x07%s", "\x7f%s", "\x01%s"]
MODES = [0o644, 0o600, 0o755, 0o640, 0o664, 0o700, 0o444, 0o400, 0o777, 0o511]
FOLDER_MODES = [0o755, 0o700, 0o711, 0o750, 0o775, 0o777]
SIZES = [0, 1, 13, 4096, 4095, 100, 700, 2000]
LARGE = [MIB - 1, MIB, MIB + 1, 256 * 1024, 256 * 1024 + 1, 3 * MIB + 17, 9_000_001]
DEPTH = 20


class OddTree:
    def __init__(self, top, entries, seed=1):
        self.top, self.left, self.random = top, entries, random.Random(seed)
        self.files = self.links = 0
        self._folders = [(top, 0)]
        self._sparse = []
        os.makedirs(top)
        self._fill()

    def sparse(self):
        """The sparse files, by their names below the top."""
        return [os.path.relpath(path, self.top) for path in self._sparse]

    def _fill(self):
        for _ in range(self.left // 60):
            above, depth = self.random.choice(self._folders[-40:])
            if depth < DEPTH:
                self._make_folder(above, depth)
        filled = self._folders[:-self.left // 600] if self.left >= 600 else self._folders
        for folder, depth in filled:
            self._odd(folder, depth)
        while self.left > 0:
            folder, depth = self.random.choice(filled)
            for _ in range(min(self.left, 100)):
                self._file(self._name(folder))
        for folder, _ in reversed(self._folders):
            os.chmod(folder, self.random.choice(FOLDER_MODES))
            self._time(folder)

    def _name(self, folder, long=False):
        pattern = self.random.choice(CONTROL if self.random.random() < 0.05 else PLAIN)
        name = pattern % self.left
        while long and len(os.fsencode(name)) < 255:
            name += "ö" if len(os.fsencode(name)) < 254 else "x"
        return os.path.join(folder, name)

    def _made(self):
        self.left -= 1

    def _make_folder(self, above, depth):
        path = self._name(above)
        os.mkdir(path)
        self._folders.append((path, depth + 1))
        self._made()

    def _odd(self, folder, depth):
        """A few of each odd kind."""
        one = self._name(folder, long=True)
        self._file(one, size=self.random.choice(SIZES))
        for target in [os.path.basename(one), "nowhere " + "x" * 200] + ["../" * depth + "."] * (depth > 0):
            path = self._name(folder)
            os.symlink(target, path)
            os.utime(path, ns=(0, self._moment()), follow_symlinks=False)
            self.links += 1
            self._made()
        if self.random.random() < 0.05:
            self._file(self._name(folder), size=self.random.choice(LARGE))
        if self.random.random() < 0.1:
            self._hole(self._name(folder))
        if self.random.random() < 0.05:
            os.link(one, self._name(folder))
            self.files += 1
            self._made()

    def _file(self, path, size=None):
        size = self.random.choice(SIZES) if size is None else size
        with open(path, "xb") as file:
            file.write(self.random.randbytes(size))
        self._finish(path)

    def _hole(self, path):
        """Data at random places of some MiB, or none at all."""
        size = self.random.randrange(2 * MIB, 12 * MIB)
        with open(path, "xb") as file:
            for _ in range(self.random.randrange(4)):
                file.seek(self.random.randrange(size))
                file.write(b"data")
            file.truncate(max(size, file.tell()))
        self._sparse.append(path)
        self._finish(path)

    def _finish(self, path):
        os.chmod(path, self.random.choice(MODES))
        self._time(path)
        self.files += 1
        self._made()

    def _time(self, path):
        os.utime(path, ns=(0, self._moment()))

    def _moment(self):
        return self.random.randrange(-2_000_000_000, 4_000_000_000) * 10**9 + self.random.randrange(10**9)
