"""What clang-tidy is told not to say: each check that is off in .clang-tidy has its reason, so has each NOLINT."""

import fnmatch
import re

_LISTED = re.compile(r"^  - '(-?)([\w.*-]+)'$")
_NOLINT = re.compile(r"NOLINT(NEXTLINE|BEGIN|END)?(?:\(([^()]*)\))?(: *\S)?")


def checks(config):
    """(line, name, whether it is on, whether it has a reason) of each check listed. A comment is the reason of all
    that are off right below it."""
    listed, reason, inside = [], False, False
    for number, line in enumerate(config.split("\n"), 1):
        inside = line == "Checks:" or inside and (line.startswith("  ") or not line)
        if not inside or line == "Checks:":
            continue
        named = _LISTED.match(line)
        on = named and not named[1]
        reason = line.startswith("  # ") or reason and bool(named) and not on
        if named:
            listed.append((number, named[2], on, reason))
        elif line and not reason:
            listed.append((number, None, False, False))
    return listed


def check_config(config):
    """(line, what) for .clang-tidy."""
    found, seen = [], set()
    for line, name, on, reason in checks(config):
        if name is None:
            found.append((line, "not a check in quotes, one a line"))
        elif name in seen:
            found.append((line, f"{name} is listed twice"))
        elif not on and name != "*" and not reason:
            found.append((line, f"{name} is off without a reason"))
        seen.add(name)
    if not seen:
        found.append((1, "no checks"))
    if not re.search(r"^WarningsAsErrors: '\*'$", config, re.M):
        found.append((1, "what is said is no error"))
    return found


def is_on(config, name):
    """Whether clang-tidy would make the check: the last line that fits its name decides."""
    said = [on for _, listed, on, _ in checks(config) if listed and fnmatch.fnmatchcase(name, listed)]
    return bool(said) and said[-1]


def check_source(config, source):
    """(line, what) for each NOLINT of a source."""
    found = []
    for number, line in enumerate(source.split("\n"), 1):
        for kind, names, reason in _NOLINT.findall(line):
            named = [name.strip() for name in names.split(",") if name.strip()]
            if not named:
                found.append((number, "a NOLINT that names no check"))
            elif not reason and kind != "END":
                found.append((number, "a NOLINT without a reason behind a colon"))
            found += [(number, f"{name} is off already") for name in named if not is_on(config, name)]
    return found
