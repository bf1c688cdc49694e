"""A plot as SVG: rates against sizes, both on logarithmic scales."""

import math
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 860, 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 170, 48, 52
_COLOURS = ("#0b62a8", "#c2410c", "#7fb2dc", "#f0a37c", "#4d7c0f", "#7c3aed", "#0f766e")


class Scale:
    """Values to places, by their logarithm."""

    def __init__(self, least, most, start, end):
        self._least, self._span = math.log10(least), math.log10(most) - math.log10(least)
        self._start, self._length = start, end - start

    def __call__(self, value):
        return self._start + (math.log10(value) - self._least) / self._span * self._length


def plot(title, below, series, ticks):
    """`series`: name -> [(bytes, bytes a second), ...]; `ticks`: [(x, text), ...]. The text of the SVG."""
    points = [point for line in series.values() for point in line]
    low = 10 ** math.floor(math.log10(min(y for _, y in points)))
    high = 10 ** math.ceil(math.log10(max(y for _, y in points)))
    x = Scale(min(p[0] for p in points), max(p[0] for p in points), _LEFT, _WIDTH - _RIGHT)
    y = Scale(low, high, _HEIGHT - _BOTTOM, _TOP)
    drawn = [_text(_LEFT, 22, title, "start", 15), _text(_LEFT, 39, below, "start", 11, "#666")]
    value = low
    while value <= high * 1.01:
        drawn.append(_line(_LEFT, y(value), _WIDTH - _RIGHT, y(value), "#ddd"))
        drawn.append(_text(_LEFT - 6, y(value) + 4, _rate(value), "end"))
        value *= 10
    right = math.inf
    for at, text in reversed(ticks):
        drawn.append(_line(x(at), _TOP, x(at), _HEIGHT - _BOTTOM, "#eee"))
        if x(at) > right - 50:  # no room for its text
            continue
        right = x(at)
        drawn.append(_text(right, _HEIGHT - _BOTTOM + 18, text, "middle"))
    drawn.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 14, "size of the file", "middle"))
    for k, (name, line) in enumerate(series.items()):
        colour = _COLOURS[k % len(_COLOURS)]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="2.5" fill="{colour}"/>' for a, b in line]
        row = _TOP + 14 + 20 * k
        drawn.append(_line(_WIDTH - _RIGHT + 12, row - 4, _WIDTH - _RIGHT + 34, row - 4, colour, 3))
        drawn.append(_text(_WIDTH - _RIGHT + 40, row, name, "start"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif">'
    ground = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
    return "\n".join([head, ground, *drawn, "</svg>"]) + "\n"


def _rate(value):
    """A power of ten."""
    for unit, name in ((1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s")):
        if value >= unit * 0.99:
            return f"{value / unit:.0f} {name}"
    return f"{value:.0f} B/s"


def _line(x1, y1, x2, y2, colour, width=1):
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'


def _text(x, y, text, anchor, size=12, colour="#222"):
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}"'
    return f"<text {place}>{escape(text)}</text>"
