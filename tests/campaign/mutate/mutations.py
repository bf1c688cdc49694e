"""The mutants of a C++ source: one small change each, made on the text.

It leans on the house's format: binary operators stand between spaces, a template's brackets do not, a statement
begins a line. A change that does not compile counts for nothing, so a wrong guess costs only time.
"""

import os
import re
import sys
from typing import NamedTuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "house"))
from cpp_text import blank, without_directives  # noqa: E402

# operator -> what it becomes
_OPERATORS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "&&": ("||",),
    "||": ("&&",),
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "%": ("*",),
    "<<": (">>",),
    ">>": ("<<",),
    "&": ("|",),
    "|": ("&",),
    "+=": ("-=",),
    "-=": ("+=",),
    "*=": ("/=",),
}
_SPACED = re.compile(r"(?<= )(" + "|".join(re.escape(o) for o in sorted(_OPERATORS, key=len, reverse=True)) + r")(?=[ \n])")
_RETURN_OF_CASE = re.compile(r"(?m)^ *case [^;]*?:\n +(return [^;]*;)")
_STEP = re.compile(r"\+\+|--")
_NOT = re.compile(r"!(?=[\w(*])")
_NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F']+|\d[\d']*)(?=[uUlL]*(?![\w.]))")
_TRUTH = re.compile(r"\b(true|false)\b")
_IF = re.compile(r"\bif (?=\()")
_LEAVES = re.compile(r"\s*(\{\s*)?(return|break|continue|throw)\b")
_DECLARES = re.compile(r"^[\w:<>,*& ]+[*&]?\s+[*&]?\w+ = ")
_CALL = re.compile(r"(?m)^ *((?:\+\+|--)?[A-Za-z_][\w.:>\-\[\]*]*(?:\(|(?: [-+*|&]?=|<<=) |;))")
_NOT_CALLS = ("return", "if", "for", "while", "switch", "case", "else", "using", "namespace", "break", "continue")
_NO_MATTER = re.compile(r"[.]reserve\(")  # only how soon memory is asked for


class Mutant(NamedTuple):
    start: int
    end: int
    text: str  # in place of source[start:end]
    line: int
    what: str  # with its number in the line where there are several

    def applied(self, source):
        return source[: self.start] + self.text + source[self.end :]


def mutants(source):
    """All mutants of `source`, in its order."""
    text = without_directives_in_place(blank(source))
    found = [*_operators(text), *_numbers(text), *_conditions(text), *_guards(text), *_statements(text)]
    return _named(source, sorted(found))


def without_directives_in_place(text):
    """As without_directives, and every position stays."""
    kept = without_directives(text).split("\n")
    return "\n".join(line or " " * len(was) for line, was in zip(kept, text.split("\n")))


def _operators(text):
    for match in _SPACED.finditer(text):
        for other in _OPERATORS[match.group()]:
            yield *match.span(), other, f"{match.group()} becomes {other}"
    for match in _STEP.finditer(text):
        other = "--" if match.group() == "++" else "++"
        yield *match.span(), other, f"{match.group()} becomes {other}"
    for match in _NOT.finditer(text):
        yield *match.span(), "", "! goes"


def _numbers(text):
    for match in _NUMBER.finditer(text):
        number = match.group().replace("'", "")
        value = int(number, 0) if number.startswith("0x") else int(number)
        for other in (value + 1, value - 1):
            if other >= 0:
                shown = hex(other) if number.startswith("0x") else str(other)
                yield *match.span(), shown, f"{match.group()} becomes {shown}"
    for match in _TRUTH.finditer(text):
        other = "false" if match.group() == "true" else "true"
        yield *match.span(), other, f"{match.group()} becomes {other}"


def _closing(text, start):
    depth = 0
    for k in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[k], 0)
        if depth == 0:
            return k
    return len(text)


def _conditions(text):
    for match in _IF.finditer(text):
        close = _closing(text, match.end())
        start = text.rfind(";", match.end(), close) + 1 or match.end() + 1
        inside = text[start:close]
        # A lone comparison or negation is turned around by the change of its operator.
        alone = _SPACED.search(inside) or inside.lstrip().startswith("!")
        if not _DECLARES.match(inside.strip()) and (not alone or re.search(" (&&|[|][|])[ \n]", inside)):
            yield start, close, f" !({{{start}:{close}}})", "the condition is negated"


def _guards(text):
    for match in _IF.finditer(text):
        close = _closing(text, match.end()) + 1
        leaves = _LEAVES.match(text, close)
        if not leaves:
            continue
        end = text.find(";", leaves.start(2)) + 1
        if leaves.group(1):
            rest = re.compile(r"\s*\}").match(text, end)
            end = rest.end() if rest else 0
        if end and not re.compile(r"\s*else\b").match(text, end) and text[: match.start()].rstrip()[-4:] != "else":
            yield match.start(), end, ";", "the guard goes"


def _statements(text):
    for match in _RETURN_OF_CASE.finditer(text):
        yield *match.span(1), ";", "the return goes"
    for match in _CALL.finditer(text):
        if re.match(r"\w*", match.group(1)).group() in _NOT_CALLS:
            continue
        before = text[: match.start()].rstrip()[-1:]
        end = text.find(";", match.start(1)) + 1
        whole = text[match.start(1) : end]
        # What does not begin after the end of another statement is a part of one.
        if before in {";", "{", "}", ")", ":"} and whole.count("(") == whole.count(")") and "{" not in whole and not _NO_MATTER.search(whole):
            yield match.start(1), end, ";", "the statement goes"


def _named(source, found):
    """Mutants of (start, end, text, what); the same change twice in a line gets a number."""
    out, seen = [], {}
    for start, end, text, what in found:
        inner = re.search(r"\{(\d+):(\d+)\}", text)
        if inner:
            text = text.replace(inner.group(), source[int(inner.group(1)) : int(inner.group(2))].strip())
        line = source.count("\n", 0, start) + 1
        number = seen[(line, what)] = seen.get((line, what), 0) + 1
        out.append(Mutant(start, end, text, line, what if number == 1 else f"{what} ({number})"))
    return out
