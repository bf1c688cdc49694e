"""The files the house rules look at: those git tracks or would, else (no git there) those of the folder."""

import os
import subprocess

_CPP = (".cpp", ".hpp", ".h", ".cc")
_NOT_OURS = {"build", ".git", "__pycache__", ".cache"}


def project_root():
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Tree:
    def __init__(self, root):
        self.root = root
        self.paths = sorted(p for p in self._tracked() or self._walked() if os.path.isfile(self.full(p)))

    def full(self, path):
        return os.path.join(self.root, path)

    def files(self, top=""):
        prefix = top + "/" if top else ""
        return [p for p in self.paths if p.startswith(prefix)]

    def cpp(self, *tops):
        return [p for p in self.paths if p.endswith(_CPP) and (not tops or p.split("/")[0] in tops)]

    def text(self, path):
        with open(self.full(path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def _tracked(self):
        if not os.path.exists(self.full(".git")):
            return []
        git = ["git", "-c", "safe.directory=*", "-C", self.root, "ls-files", "-z", "-co", "--exclude-standard"]
        try:
            done = subprocess.run(git, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return []
        return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]

    def _walked(self):
        found = []
        for folder, inner, names in os.walk(self.root):
            inner[:] = [name for name in inner if name not in _NOT_OURS]
            found += [os.path.relpath(os.path.join(folder, name), self.root) for name in names]
        return found
