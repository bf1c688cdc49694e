"""C++ statements, as full expressions: what the co_await rule is a rule about.

The body of a lambda is cut out of the statement it stands in and gives statements of its own; the head of
an `if`, `while`, `for` or `switch` is a statement of its own.
"""

from dataclasses import dataclass, field

from cpp_text import matching, tokens

_HEADS = {"if", "while", "for", "switch", "catch"}
_SCOPES = {"struct", "class", "union", "enum", "namespace"}
_BEFORE_BLOCK = {")", "else", "do", "try", "const", "noexcept", "override", "final", "mutable", "}"}
_LABELS = {"case", "default", "public", "private", "protected"}
# A `[` after one of these begins a lambda, although the token is a word.
_BEFORE_LAMBDA = {"return", "co_return", "co_await", "co_yield", "case", "else", "throw", "and", "or", "not"}


@dataclass
class Lambda:
    captures: list
    line: int


@dataclass
class Statement:
    tokens: list = field(default_factory=list)  # without the bodies of lambdas
    lambdas: list = field(default_factory=list)

    def words(self):
        return [t.text for t in self.tokens]

    @property
    def line(self):
        return self.tokens[0].line

    @property
    def kind(self):
        return self.tokens[0].text if self.tokens else ""


def _begins_lambda(found, i):
    if i and found[i - 1].text == "[" or i + 1 < len(found) and found[i + 1].text == "[":
        return False  # [[attribute]]
    if not i:
        return True
    before = found[i - 1]
    if before.text in {")", "]", "}", '""', "''", "auto", "&&", "&"} and not (before.text in {"&&", "&"} and i > 1 and found[i - 2].text != "auto"):
        return False  # subscript or structured binding
    return not before.is_word or before.text in _BEFORE_LAMBDA


def _lambda_body(found, i):
    """For the `[` of a lambda: (index of its `]`, index of the `{` of its body or None)."""
    close = matching(found, i)
    k = close + 1
    while k < len(found) and found[k].text not in {"{", ";", ")", "]", "}", ","}:
        if found[k].text == "(":
            k = matching(found, k)
        elif found[k].text == "<":
            k = _angle(found, k)
        k += 1
    return close, k if k < len(found) and found[k].text == "{" else None


def _angle(found, i):
    depth = 0
    for k in range(i, len(found)):
        depth += {"<": 1, "<<": 2, ">": -1}.get(found[k].text, 0)
        if depth <= 0 or found[k].text in {";", "{"}:
            return k
    return i


def _opens_block(statement):
    """Whether a `{` outside of all brackets, after these tokens, begins a block and not a value."""
    words = statement.words()
    if not words or words[-1] in _BEFORE_BLOCK:
        return True
    if "=" in words or words[0] in {"return", "co_return"}:
        return False
    if "->" in words and ")" in words and words.index("->") > words.index(")"):
        return True  # a function with its result type behind it
    return words[0] == "extern" or (not _SCOPES.isdisjoint(words) and "(" not in words)


def statements(source):
    """Every statement of C++ `source`, those inside lambdas included."""
    found, out = tokens(source), []
    _parse(found, 0, len(found), out)
    return out


def _parse(found, i, end, out):
    statement, depth, head_end = Statement(), 0, None

    def finish():
        nonlocal statement, depth, head_end
        if statement.tokens:
            out.append(statement)
        statement, depth, head_end = Statement(), 0, None

    while i < end:
        token = found[i]
        text = token.text
        if not statement.tokens and text in {"else", "do", "try"}:
            i += 1
            continue
        if text == "[" and _begins_lambda(found, i):
            close, body = _lambda_body(found, i)
            if body is not None:
                stop = matching(found, body)
                statement.lambdas.append(Lambda(found[i + 1 : close], token.line))
                statement.tokens += found[close + 1 : body] or [token]
                _parse(found, body + 1, stop, out)
                i = stop + 1
                continue
        if text == "{" and depth == 0 and _opens_block(statement):
            finish()
            stop = matching(found, i)
            _parse(found, i + 1, stop, out)
            i = stop + 1
            continue
        statement.tokens.append(token)
        if text in "([{":
            depth += 1
            if text == "(" and depth == 1 and statement.kind in _HEADS and head_end is None:
                head_end = matching(found, i)
        elif text in ")]}":
            depth = max(0, depth - 1)
            if i == head_end:
                finish()
        elif depth == 0 and (text == ";" or text == ":" and statement.kind in _LABELS):
            finish()
        i += 1
    finish()
