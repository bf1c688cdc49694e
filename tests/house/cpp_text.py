"""C++ text for the house rules: comments and literals blanked, tokens with their lines.

A lexer, not a compiler: it knows strings, raw strings, character literals, digit separators, comments and
preprocessor lines, which is what a rule about tokens needs in order not to be fooled by text.
"""

import re
from typing import NamedTuple

_RAW = re.compile(r'(?:u8|[uUL])?R"([^()\\\s]{0,16})\(')
_NUMBER = re.compile(r"\.?\d(?:'?[0-9A-Za-z_.]|(?<=[eEpP])[+-])*")
_WORD = re.compile(r"[A-Za-z_]\w*")
_SYMBOLS = ("...", "->*", "<<=", ">>=", "::", "->", "&&", "||", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "++", "--", "<<")


class Token(NamedTuple):
    text: str
    line: int

    @property
    def is_word(self):
        return self.text[0].isalpha() or self.text[0] == "_"


def blank(source):
    """`source` with comments, and what stands between quotes, as spaces; newlines and quotes stay."""
    out = list(source)

    def wipe(start, end):
        for k in range(start, min(end, len(out))):
            if out[k] != "\n":
                out[k] = " "

    i, size = 0, len(source)
    while i < size:
        c = source[i]
        if source.startswith("//", i):
            end = i
            while end < size and (source[end] != "\n" or source[end - 1] == "\\"):
                end += 1
            wipe(i, end)
        elif source.startswith("/*", i):
            end = source.find("*/", i + 2)
            end = size if end < 0 else end + 2
            wipe(i, end)
        elif c.isalpha() or c == "_":
            raw = _RAW.match(source, i)
            if raw:
                close = ")" + raw.group(1) + '"'
                end = source.find(close, raw.end())
                end = size if end < 0 else end + len(close)
                wipe(i, end)
                if end - i >= 2:
                    out[end - 2] = out[end - 1] = '"'
            else:
                end = _WORD.match(source, i).end() if c.isascii() else i + 1
        elif c.isdigit():
            end = _NUMBER.match(source, i).end()
        elif c in "\"'":
            end = i + 1
            while end < size and source[end] not in (c, "\n"):
                end += 2 if source[end] == "\\" else 1
            wipe(i + 1, end)
            end += 1
        else:
            end = i + 1
        i = max(end, i + 1)
    return "".join(out)


def without_directives(blanked):
    """`blanked` with preprocessor lines (and their continuations) emptied; line numbers stay."""
    lines, inside = [], False
    for line in blanked.split("\n"):
        inside = inside or line.lstrip().startswith("#")
        lines.append("" if inside else line)
        inside = inside and line.rstrip().endswith("\\")
    return "\n".join(lines)


def tokens(source):
    """The tokens of C++ `source`; a literal is the one token \"\" or ''."""
    text = without_directives(blank(source))
    found, i, line = [], 0, 1
    while i < len(text):
        c = text[i]
        if c == "\n":
            line += 1
            i += 1
        elif c.isspace():
            i += 1
        elif c in "\"'":
            end = text.find(c, i + 1)
            end = len(text) if end < 0 else end + 1
            found.append(Token(c + c, line))
            line += text.count("\n", i, end)
            i = end
        else:
            match = _WORD.match(text, i) or _NUMBER.match(text, i)
            symbol = match.group() if match else next((s for s in _SYMBOLS if text.startswith(s, i)), c)
            found.append(Token(symbol, line))
            i += len(symbol)
    return found


def matching(found, start):
    """Index of the token that closes the bracket at `start` (the last index where it never closes)."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    stack = []
    for k in range(start, len(found)):
        text = found[k].text
        if text in pairs:
            stack.append(pairs[text])
        elif stack and text == stack[-1]:
            stack.pop()
            if not stack:
                return k
    return len(found) - 1
