"""What a benchmark says: rows of figure, baseline and ratio, as text or Markdown."""

import os
import platform
from typing import NamedTuple, Optional


class Goal(NamedTuple):
    """A bound, on the ratio (as shown, two digits) or on the figure. Required: missing it fails the run."""

    text: str
    met: bool
    required: bool = False


def ratio_at_least(row_ratio, bound, required=False, floor=0.0):
    """Below `floor` it is required in any case."""
    reached = round(row_ratio, 2)
    return Goal(f"at least {bound:g} times", reached >= bound, required or reached < floor)


def ratio_at_most(row_ratio, bound, required=False):
    return Goal(f"at most {bound:g} times", round(row_ratio, 2) <= bound, required)


def figure_at_least(figure, bound, required=False):
    return Goal(f"at least {bound:g}", round(figure, 1) >= bound, required)


def figure_at_most(figure, bound, required=False):
    return Goal(f"at most {bound:g}", figure <= bound, required)


def figure_below(figure, bound, required=False):
    return Goal(f"under {bound:g}", figure < bound, required)


class Row(NamedTuple):
    bench: str
    what: str  # with the unit
    figure: float
    baseline: Optional[float] = None
    of: str = ""  # what the baseline is
    goal: Optional[Goal] = None

    @property
    def ratio(self):
        return self.figure / self.baseline if self.baseline else None

    def cells(self):
        goal = ""
        if self.goal:
            goal = self.goal.text + ("" if self.goal.met else ": MISSED" if self.goal.required else ": not yet")
        return [
            self.bench, self.what, _number(self.figure), _number(self.baseline), self.of, _number(self.ratio), goal,
        ]


HEAD = ["benchmark", "what", "p2pc", "baseline", "which is", "ratio", "goal"]
_RIGHT = {2, 3, 5}


def _number(value):
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine():
    """What the figures were measured on, without naming it."""
    system = f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}"
    return f"{len(os.sched_getaffinity(0))} cores, {system}, load {os.getloadavg()[0]:.1f} at the start"


def as_text(rows):
    lines = [HEAD] + [row.cells() for row in rows]
    widths = [max(len(line[k]) for line in lines) for k in range(len(HEAD))]
    shown = []
    for line in lines:
        cells = [cell.rjust(w) if k in _RIGHT else cell.ljust(w) for k, (cell, w) in enumerate(zip(line, widths))]
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)


def as_markdown(rows, note):
    rule = ["---:" if k in _RIGHT else "---" for k in range(len(HEAD))]
    lines = [HEAD, rule] + [row.cells() for row in rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{note}\n\n{table}\n"
