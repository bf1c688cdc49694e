"""Screen: what a terminal shows after the bytes it was given; as much of a VT100 as a line editor uses.

`lines()` is what a person sees, `history` what scrolled off the top. What a hostile text may try is kept
apart, so that a test can say it never happened: `titles` (OSC), `clipboard` (OSC 52), `unknown` sequences.
"""

import codecs
import re
import unicodedata

_CSI = re.compile(r"\x1b\[([?>=!]?)([0-9;:]*)([ -/]*)([@-~])")
_OSC = re.compile(r"\x1b\](\d*);?([^\x07\x1b]*)(?:\x07|\x1b\\)")
_STRING = re.compile(r"\x1b([PX^_])(.*?)\x1b\\", re.S)
_PLAIN = re.compile(r"\x1b([ -/]*)([0-~])")
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_].*|[ -/]*)?\Z", re.S)
_INERT = {"?25h", "?25l", "?2004h", "?2004l", "?7h", "?7l", "?1h", "?1l"}  # cursor, paste, wrap, keys


def width(char):
    """Columns a character takes."""
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


class Screen:
    def __init__(self, rows=24, columns=80):
        self.rows, self.columns = rows, columns
        self.row = self.column = 0
        self.wrap_pending = False
        self.cells = [self._blank() for _ in range(rows)]
        self.history, self.titles, self.clipboard, self.unknown = [], [], [], []
        self.bells = 0
        self._saved = (0, 0)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def lines(self):
        return ["".join(cells).rstrip() for cells in self.cells]

    def text(self):
        """Everything shown, what scrolled away first, without the empty lines at the end."""
        return "\n".join(self.history + self.lines()).rstrip("\n")

    @property
    def line(self):
        """The line the cursor is in."""
        return self.lines()[self.row]

    def resize(self, rows, columns):
        while rows < len(self.cells) and self.row >= rows:
            self._scroll()
            self.row -= 1
        self.rows, self.columns = rows, columns
        fitted = [(cells + [" "] * columns)[:columns] for cells in self.cells[:rows]]
        self.cells = fitted + [self._blank() for _ in range(rows - len(fitted))]
        self.row, self.column = min(self.row, rows - 1), min(self.column, columns - 1)
        self.wrap_pending = False

    def feed(self, data):
        text = self._rest + self._decoder.decode(data)
        self._rest, i = "", 0
        while i < len(text):
            if text[i] != "\x1b":
                self._character(text[i])
                i += 1
                continue
            match = _CSI.match(text, i) or _OSC.match(text, i) or _STRING.match(text, i)
            if match is None and _UNFINISHED.match(text, i):
                self._rest = text[i:]
                return
            match = match or _PLAIN.match(text, i)
            if match is None:
                self.unknown.append(text[i : i + 2])
                i += 1
                continue
            self._sequence(match)
            i = match.end()

    def _blank(self):
        return [" "] * self.columns

    def _character(self, c):
        if c == "\r":
            self.column, self.wrap_pending = 0, False
        elif c in "\n\v\f":
            self._line_feed()
        elif c == "\b":
            self.column, self.wrap_pending = max(0, self.column - 1), False
        elif c == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif c == "\a":
            self.bells += 1
        elif c < " " or "\x7f" <= c < "\xa0":
            if c != "\0":
                self.unknown.append(c)
        else:
            self._print(c)

    def _print(self, c):
        wide = width(c)
        if wide == 0:
            at = max(0, self.column - (0 if self.wrap_pending else 1))
            while at and self.cells[self.row][at] == "":
                at -= 1  # the right half of a wide character
            self.cells[self.row][at] += c
            return
        if self.wrap_pending or self.column + wide > self.columns:
            self.column, self.wrap_pending = 0, False
            self._line_feed()
        self.cells[self.row][self.column] = c
        if wide == 2:
            self.cells[self.row][self.column + 1] = ""
        self.column += wide
        if self.column >= self.columns:
            self.column, self.wrap_pending = self.columns - 1, True

    def _line_feed(self):
        self.wrap_pending = False
        if self.row + 1 < self.rows:
            self.row += 1
        else:
            self._scroll()

    def _scroll(self):
        self.history.append("".join(self.cells.pop(0)).rstrip())
        self.cells.append(self._blank())

    def _sequence(self, match):
        if match.re is _CSI:
            self._csi(*match.groups())
        elif match.re is _OSC:
            (self.clipboard if match.group(1) == "52" else self.titles).append(match.group(2))
        elif match.re is _STRING:
            self.unknown.append(match.group())
        else:
            self._escape(match.group(1) + match.group(2))

    def _escape(self, code):
        if code == "7":
            self._saved = (self.row, self.column)
        elif code == "8":
            self._move(*self._saved)
        elif code == "M":
            self._move(self.row - 1, self.column)
        elif code == "D":
            self._line_feed()
        elif code == "E":
            self.column = 0
            self._line_feed()
        elif code not in {"=", ">"}:
            self.unknown.append("\x1b" + code)

    def _move(self, row, column):
        self.row = min(max(row, 0), self.rows - 1)
        self.column = min(max(column, 0), self.columns - 1)
        self.wrap_pending = False

    def _csi(self, private, parameters, between, final):
        whole = private + parameters + between + final
        if whole in _INERT or final == "m" and not private:
            return
        numbers = [int(n) if n.isdigit() else 0 for n in parameters.split(";")]
        count, second = max(1, numbers[0]), max(1, numbers[1]) if len(numbers) > 1 else 1
        moves = {
            "A": (-count, 0), "B": (count, 0), "C": (0, count), "D": (0, -count),
        }
        if private or between:
            self.unknown.append("\x1b[" + whole)
        elif final in moves:
            self._move(self.row + moves[final][0], self.column + moves[final][1])
        elif final in "EF":
            self._move(self.row + (count if final == "E" else -count), 0)
        elif final in "G`":
            self._move(self.row, count - 1)
        elif final == "d":
            self._move(count - 1, self.column)
        elif final in "Hf":
            self._move(count - 1, second - 1)
        elif final in "su":
            self._escape("7" if final == "s" else "8")
        elif not self._edit(final, count, numbers[0]):
            self.unknown.append("\x1b[" + whole)

    def _edit(self, final, count, mode):
        cells, at = self.cells[self.row], self.column
        if final == "K":
            start, end = {0: (at, self.columns), 1: (0, at + 1), 2: (0, self.columns)}.get(mode, (0, 0))
            cells[start:end] = [" "] * (end - start)
        elif final == "J":
            rows = {0: range(self.row + 1, self.rows), 1: range(self.row)}.get(mode, range(self.rows))
            for row in rows:
                self.cells[row] = self._blank()
            if mode < 2:
                self._edit("K", 1, mode)
        elif final == "P":
            self.cells[self.row] = (cells[:at] + cells[at + count :] + self._blank())[: self.columns]
        elif final == "@":
            self.cells[self.row] = (cells[:at] + [" "] * count + cells[at:])[: self.columns]
        elif final == "X":
            end = min(self.columns, at + count)
            cells[at:end] = [" "] * (end - at)
        elif final in "LM":
            below = self.cells[self.row :]
            new = [self._blank() for _ in range(min(count, len(below)))]
            below = new + below if final == "L" else below[count:] + new
            self.cells[self.row :] = below[: self.rows - self.row]
        else:
            return False
        self.wrap_pending = False
        return True
