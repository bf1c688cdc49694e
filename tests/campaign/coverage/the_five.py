"""The files of the_five.txt, and the lists of exceptions that are kept beside the tools."""

import os
import re
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))


class Part(NamedTuple):
    name: str
    path: str
    runs: tuple  # (program of unit tests, which of them come first or "")


def parts():
    """Each file of the five, in the order of the list."""
    found = []
    for words in _lines(os.path.join(HERE, "the_five.txt")):
        name, path, *programs = words.split()
        runs = tuple(re.fullmatch(r"(\w+)(.*)", program).groups() for program in programs)
        found.append(Part(name, path, runs or found[-1].runs))
    return found


def programs():
    """The unit tests of all five."""
    return sorted({program for part in parts() for program, _ in part.runs})


def exceptions(path, fields):
    """A list of exceptions with ` ~ ` between the fields, the last of which is the reason: fields -> reason."""
    found = {}
    for line in _lines(path):
        *key, reason = (word.strip() for word in line.split(" ~ ", fields))
        if len(key) != fields or not reason:
            raise SystemExit(f"{path}: not {fields} fields and a reason: {line}")
        found[tuple(key)] = reason
    return found


def _lines(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    return [line for line in lines if line.strip() and not line.startswith("#")]
