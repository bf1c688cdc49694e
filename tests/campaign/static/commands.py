"""The sources of a build, from its compile_commands.json, and how each reader is asked to read one."""

import collections
import json
import os
import re
import shlex

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))

# What g++ 12's analyzer, made for C, gets wrong in C++.
NOT_OF_CPP = [
    "-Wno-analyzer-possible-null-argument",  # it takes the new that throws for one that may return null,
    "-Wno-analyzer-possible-null-dereference",  # likewise
    "-Wno-analyzer-use-of-uninitialized-value",  # and a value that is made where its caller wants it for one unset
]

Source = collections.namedtuple("Source", "path folder command")


def sources(build, only):
    """Ours, each once, those alone whose path begins with one of `only` where there are any."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        path = os.path.relpath(entry["file"], ROOT)
        if path.startswith(("src/", "plugins/")) and (not only or path.startswith(only)):
            found[path] = Source(path, entry["directory"], shlex.split(entry["command"]))
    return [found[path] for path in sorted(found)]


def tidy_command(source, build):
    return ["clang-tidy-19", "--quiet", "-p", build, os.path.join(ROOT, source.path)]


def analyzer_command(source, _):
    """The compiler's own command, without ccache before it and without what it would write."""
    command = list(source.command)
    while not re.search(r"\+\+(-\d+)?$", command[0]):
        del command[0]
    command[command.index("-o") + 1] = os.devnull
    return command + ["-S", "-fanalyzer", "-Wno-error", "-fdiagnostics-plain-output", *NOT_OF_CPP]
