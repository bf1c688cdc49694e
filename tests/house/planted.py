"""A small tree of planted files in a temporary folder, to show that a rule finds what it is there for."""

import os
import shutil
import tempfile
import unittest

from tree import Tree, project_root


class HouseCase(unittest.TestCase):
    maxDiff = None

    def planted(self, files):
        root = tempfile.mkdtemp(prefix="p2pc-house-")
        self.addCleanup(shutil.rmtree, root)
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        return Tree(root)

    def project(self):
        return Tree(project_root())

    def assert_clean(self, found):
        self.assertFalse(found, "\n" + "\n".join(f"{path}:{line}: {what}" for path, line, what in found))
