"""The co_await rule: g++ 12.2 destroys twice, or runs both arms of, what stands beside a co_await.

A statement with co_await holds no ?:, no && or || in the condition of a loop, no lambda that captures by
value and no braces around a value. Measured with the address sanitizer at -O0 and -O2: also a named
aggregate is destroyed twice when a co_await stands between its braces.
"""

from cpp_text import matching
from statements import statements

_AND_OR = {"&&", "||", "and", "or"}


def check(source):
    """(line, what) for each break of the rule in C++ `source`."""
    found = []
    for statement in statements(source):
        if "co_await" in statement.words():
            found += _braces(statement) + _conditional(statement) + _loop(statement) + _captures(statement)
    return sorted(set(found))


def _conditional(statement):
    return [(t.line, "?: in a statement with co_await") for t in statement.tokens if t.text == "?"]


def _captures(statement):
    found = []
    for made in statement.lambdas:
        if any(_by_value(capture) for capture in _split(made.captures)):
            found.append((made.line, "a lambda that captures by value in a statement with co_await"))
    return found


def _split(captures):
    parts, depth = [[]], 0
    for token in captures:
        depth += (token.text in "([{<") - (token.text in ")]}>")
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token.text)
    return [part for part in parts if part]


def _by_value(capture):
    return capture[0] != "&" and capture != ["this"]


def _loop(statement):
    if statement.kind not in {"while", "for"}:
        return []
    part = _condition_of_for(statement.tokens) if statement.kind == "for" else statement.tokens
    return [
        (t.line, f"{t.text} in the condition of a loop with co_await")
        for before, t in zip(part, part[1:])
        if t.text in _AND_OR and before.text != "auto"
    ]


def _condition_of_for(tokens):
    depth, cuts = 0, []
    for k, token in enumerate(tokens):
        depth += (token.text in "([{") - (token.text in ")]}")
        if token.text == ";" and depth == 1:
            cuts.append(k)
    return tokens[cuts[0] : cuts[1]] if len(cuts) == 2 else []


def _braces(statement):
    found, tokens = [], statement.tokens
    for k, token in enumerate(tokens):
        if token.text != "{":
            continue
        inside = tokens[k : matching(tokens, k)]
        if any(t.text == "co_await" for t in inside) or not _names_a_variable(tokens, k):
            found.append((token.line, "braces around a value in a statement with co_await (name it first)"))
    return found


def _names_a_variable(tokens, k):
    """Whether the brace at `k` belongs to `Type name{...}`."""
    if k < 2 or not tokens[k - 1].is_word:
        return False
    before = tokens[k - 2]
    return before.text in {">", "&", "*", "auto"} or (before.is_word and before.text not in {"co_await", "return", "co_return", "new", "case"})
