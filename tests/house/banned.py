"""Banned calls, words and places: the rules of the house that a look at one file can decide."""

import fnmatch
import re

from cpp_text import Token, tokens
from layers import includes

MAX_LINES = 500

# call -> what to do instead
CALLS = {
    "system": "spawn a program with its arguments, without a shell",
    "popen": "spawn a program with its arguments, without a shell",
    "sleep_for": "wait on the io floor's clock",
    "usleep": "wait on the io floor's clock",
    "strcpy": "std::string or memcpy with a size",
    "strcat": "std::string",
    "sprintf": "fmt::format",
    "vsprintf": "fmt::format",
    "gets": "read with a size",
}

# System calls on a path: for received files they belong to transfer's output folder alone.
PATH_CALLS = set(
    "open open64 openat openat2 creat fopen freopen rename renameat renameat2 unlink unlinkat rmdir mkdir "
    "mkdirat mkdtemp mkstemp symlink symlinkat linkat truncate chmod chown mknod mkfifo utimensat".split()
)
# Words that are also ours or an algorithm's: only `::link(...)` is the system's.
PATH_CALLS_QUALIFIED = {"link", "remove"}
PATH_TYPES = {"ofstream", "ifstream", "fstream"}
FILESYSTEM = re.compile(r"^(create_|remove|rename|copy|resize_file|permissions|last_write_time$)")
PATH_FREE = ("src/peer/*", "src/channel/*", "src/commands/chat*", "src/commands/receive*", "src/transfer/*")
PATH_ROOMS = (
    "src/transfer/output_folder*",
    "src/transfer/held_folder*",
    "src/transfer/partial*",
    "src/transfer/source*",
    "src/transfer/file_source*",  # what the sender's own user named
    "src/transfer/left_out*",  # a .gitignore in it
    "src/transfer/stream_output*",  # a second description of a descriptor it was given
)

_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
_MACHINE = re.compile(r"(?<![\w.}$)~*-])/(?:work|root|home)/")
_TEXT = (".py", ".sh", ".cmake", ".md", ".txt", ".json", ".proto", ".sql")
_SIZED = (".cpp", ".hpp", ".h", ".cc", ".py", ".sh", ".cmake", ".proto", "CMakeLists.txt")


def check(tree):
    """(path, line, what) over the whole tree."""
    found = []
    for path in tree.cpp():
        found += [(path, line, what) for line, what in check_cpp(path, tree.text(path))]
    for path in tree.paths:
        if path.endswith(_SIZED) or path.endswith(_TEXT) or "." not in path.rsplit("/", 1)[-1]:
            found += [(path, line, what) for line, what in check_text(path, tree.text(path))]
    return found


def check_text(path, source):
    """Rules for every text file."""
    lines = source.split("\n")
    found = [(k, "a path of one machine") for k, line in enumerate(lines, 1) if _MACHINE.search(line)]
    if path.endswith(_SIZED) and source.count("\n") > MAX_LINES:
        found.append((MAX_LINES + 1, f"{source.count(chr(10))} lines; at most {MAX_LINES}"))
    return found


def check_cpp(path, source):
    """Rules for C++ files."""
    found, all_tokens = [], tokens(source)
    if path.endswith((".hpp", ".h")) and not re.search(r"^#pragma once$", source, re.M):
        found.append((1, "a header without #pragma once"))
    found += [
        (k, "unfinished work") for k, line in enumerate(source.split("\n"), 1) if _UNFINISHED.search(line)
    ]
    found += _calls(all_tokens)
    if _among(path, PATH_FREE) and not _among(path, PATH_ROOMS):
        found += _path_calls(all_tokens)
    if path.split("/")[0] in {"src", "include", "plugins"} and not path.startswith("plugins/tls/"):
        found += [(t.line, "OpenSSL outside plugins/tls") for t in all_tokens if t.text.startswith("SSL_")]
        found += _included(source, "openssl/", "OpenSSL outside plugins/tls")
    if path.split("/")[0] in {"include", "plugins"}:
        found += _included(source, "asio", "Asio may not cross the plugin seam")
    return sorted(set(found))


def _among(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


def _included(source, prefix, what):
    pattern = prefix if prefix.endswith("/") else prefix + r"[./]"
    return [(line, what) for line, _, target in includes(source) if re.match(pattern, target)]


def _neighbours(found, k):
    start, end = Token("", 0), Token("", 0)
    return (
        found[k - 2].text if k > 1 else start.text,
        found[k - 1].text if k else start.text,
        found[k + 1].text if k + 1 < len(found) else end.text,
    )


def _is_global_call(found, k, scopes=("std", "filesystem", "fs", "this_thread")):
    """Whether the word at `k` calls the system's or std's function, not a member or a declaration."""
    scope, before, after = _neighbours(found, k)
    if after != "(" or before in {".", "->"}:
        return False
    if before == "::":
        return scope in scopes or not (scope[:1].isalnum() or scope[:1] in {"_", ">"})
    is_type = before[:1].isalpha() or before[:1] == "_"
    return not (before in {">", "&", "*", "~"} or is_type and before not in _NOT_TYPES)


_NOT_TYPES = {"return", "co_return", "co_await", "else", "do", "case", "throw", "and", "or", "not"}


def _calls(found):
    out = []
    for k, token in enumerate(found):
        if token.text in CALLS and _is_global_call(found, k):
            out.append((token.line, f"{token.text}(): {CALLS[token.text]}"))
        if token.text == "sleep_until" and _neighbours(found, k)[:2] == ("this_thread", "::"):
            out.append((token.line, "sleep_until(): wait on the io floor's clock"))
        if token.text == "detached" and _neighbours(found, k)[:2] == ("asio", "::"):
            out.append((token.line, "asio::detached swallows the exception: give a completion handler"))
    return out


def _path_calls(found):
    out = []
    for k, token in enumerate(found):
        scope, before, _ = _neighbours(found, k)
        named = token.text in PATH_CALLS and _is_global_call(found, k)
        named |= token.text in PATH_CALLS_QUALIFIED and before == "::" and _is_global_call(found, k, scopes=())
        stream = token.text in PATH_TYPES and before == "::" and scope == "std"
        whole = FILESYSTEM.match(token.text) and before == "::" and scope in {"filesystem", "fs"}
        if named or stream or whole:
            out.append((token.line, f"{token.text}: a path is opened by transfer's output folder alone"))
    return out
