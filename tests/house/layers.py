"""The layers: what a file may include (docs/architecture.md, "Floors")."""

import re

from cpp_text import blank

HEADER_FOLDERS = ("base", "transport", "plugin")  # include/p2pc, lowest first

_FLOOR = re.compile(r"p2pc_floor\(\s*(\w+)\s+LEVEL\s+(\d+)")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def levels(tree):
    """floor -> level, as src/*/CMakeLists.txt say; `app` stands above all."""
    found = {}
    for path in tree.files("src"):
        if path.endswith("/CMakeLists.txt"):
            found.update({name: int(level) for name, level in _FLOOR.findall(tree.text(path))})
    if found:
        found["app"] = max(found.values()) + 1
    return found


def includes(source):
    """(line, opening quote, path) of each include that is not commented out."""
    alive = blank(source)
    for match in _INCLUDE.finditer(source):
        if alive[match.start(1)] == match.group(1):
            yield source.count("\n", 0, match.start(1)) + 1, match.group(1), match.group(2)


def check(tree):
    """(path, line, what) for each include that looks upwards or sideways."""
    known, found = levels(tree), []
    rules = {"src": _floor_rule, "plugins": _plugin_rule, "include": _header_rule}
    for top, rule in rules.items():
        for path in tree.cpp(top):
            for line, quote, target in includes(tree.text(path)):
                what = "'..' in an include" if ".." in target.split("/") else rule(known, path, quote, target)
                if what:
                    found.append((path, line, f'"{target}": {what}'))
    return found


def _floor_rule(known, path, _quote, target):
    own, used = path.split("/")[1], target.split("/")[0]
    if own not in known:
        return f"'{own}' is no floor: its CMakeLists.txt has no p2pc_floor"
    if used not in known or "/" not in target or used == own or known[used] < known[own]:
        return None
    return f"floor '{own}' (level {known[own]}) may not use '{used}' (level {known[used]})"


def _plugin_rule(known, path, _quote, target):
    own = path.split("/")[1]
    parts = target.split("/")
    if len(parts) > 1 and parts[0] in known and parts[0] != own:
        return "a plugin may include p2pc/ and the system, nothing of src/"
    return None


def _header_rule(known, path, _quote, target):
    parts = target.split("/")
    if len(parts) > 1 and parts[0] in known:
        return "include/p2pc may not include src/"
    if parts[0] != "p2pc" or len(parts) < 3:
        return None
    own, used = path.split("/")[2], parts[1]
    for folder in (own, used):
        if folder not in HEADER_FOLDERS:
            return f"'{folder}' is no folder of include/p2pc ({', '.join(HEADER_FOLDERS)})"
    if HEADER_FOLDERS.index(used) > HEADER_FOLDERS.index(own):
        return f"include/p2pc/{own} may not include the higher p2pc/{used}"
    return None
