"""The screen the end-to-end tests look at shows what a terminal would show."""

import unittest

from screen import Screen


def shown(data, rows=4, columns=10):
    screen = Screen(rows, columns)
    screen.feed(data if isinstance(data, bytes) else data.encode())
    return screen


class Shows(unittest.TestCase):
    def test_text_lines_and_carriage_returns(self):
        screen = shown("one\r\ntwo\rT\nx\b!")
        self.assertEqual(screen.lines(), ["one", "Two", " !", ""])
        self.assertEqual((screen.row, screen.column), (2, 2))

    def test_a_full_line_wraps_only_with_the_next_character(self):
        screen = shown("0123456789")
        self.assertEqual((screen.row, screen.column), (0, 9))
        screen.feed(b"a")
        self.assertEqual(screen.lines()[:2], ["0123456789", "a"])
        self.assertEqual(shown("0123456789\rX").lines()[0], "X123456789")

    def test_what_scrolls_away_is_history(self):
        screen = shown("1\r\n2\r\n3\r\n4\r\n5\r\n6")
        self.assertEqual(screen.history, ["1", "2"])
        self.assertEqual(screen.text(), "1\n2\n3\n4\n5\n6")

    def test_cursor_moves(self):
        self.assertEqual(shown("abc\x1b[2DX").lines()[0], "aXc")
        self.assertEqual(shown("a\x1b[3;4Hb\x1b[Hc\x1b[2Bd").lines(), ["c", "", " d b", ""])
        self.assertEqual(shown("ab\x1b[10GX\x1b[99A\x1b[99DY").lines()[0], "Yb       X")
        self.assertEqual(shown("ab\x1b7cd\x1b8X\x1b[s!\x1b[uZ").lines()[0], "abXZ")
        self.assertEqual(shown("a\r\nb\x1b[FX\x1b[EY\x1b[4dZ").lines(), ["X", "Y", "", " Z"])

    def test_erasing(self):
        self.assertEqual(shown("abcdef\x1b[3D\x1b[K").lines()[0], "abc")
        self.assertEqual(shown("abcdef\x1b[3D\x1b[1K").lines()[0], "    ef")
        self.assertEqual(shown("abcdef\x1b[3D\x1b[2Kx").lines()[0], "   x")
        self.assertEqual(shown("a\r\nb\r\nc\x1b[2;1H\x1b[J").lines(), ["a", "", "", ""])
        self.assertEqual(shown("a\r\nb\r\nc\x1b[2;1H\x1b[1J").lines(), ["", "", "c", ""])
        self.assertEqual(shown("a\r\nb\r\nc\x1b[2J").lines(), ["", "", "", ""])

    def test_inserting_and_deleting(self):
        self.assertEqual(shown("abcdef\x1b[4D\x1b[2P").lines()[0], "abef")
        self.assertEqual(shown("abcdef\x1b[4D\x1b[2@").lines()[0], "ab  cdef")
        self.assertEqual(shown("abcdef\x1b[4D\x1b[2X").lines()[0], "ab  ef")
        self.assertEqual(shown("a\r\nb\r\nc\x1b[2;1H\x1b[L").lines(), ["a", "", "b", "c"])
        self.assertEqual(shown("a\r\nb\r\nc\x1b[1;1H\x1b[M").lines(), ["b", "c", "", ""])

    def test_wide_and_combining_characters(self):
        screen = shown("漢字e\u0301x")
        self.assertEqual(screen.lines()[0], "漢字e\u0301x")
        self.assertEqual(screen.column, 6)
        self.assertEqual(shown("012345678漢").lines()[:2], ["012345678", "漢"])
        self.assertEqual(shown("漢\u0301").lines()[0], "漢\u0301")

    def test_sequences_and_characters_cut_anywhere(self):
        data = "漢\x1b[1;31mred\x1b[0m\x1b]0;title\x07é\x1b[2D!".encode()
        whole = shown(data).lines()
        for cut in range(len(data)):
            screen = shown(data[:cut])
            screen.feed(data[cut:])
            self.assertEqual(screen.lines(), whole, f"cut at {cut}")

    def test_what_a_hostile_text_tries_is_noticed(self):
        screen = shown("\x1b]0;owned\x07\x1b]52;c;aGk=\x1b\\\x1bc\x1bPdcs\x1b\\\x1b[5n\a\u009b1m\x01")
        self.assertEqual(screen.titles, ["owned"])
        self.assertEqual(screen.clipboard, ["c;aGk="])
        self.assertEqual(screen.unknown, ["\x1bc", "\x1bPdcs\x1b\\", "\x1b[5n", "\u009b", "\x01"])
        self.assertEqual(screen.bells, 1)

    def test_colours_and_modes_are_nothing_to_notice(self):
        screen = shown("\x1b[1;38;5;12mx\x1b[m\x1b[?25l\x1b[?25h\x1b[?2004h")
        self.assertEqual((screen.text(), screen.unknown), ("x", []))

    def test_a_smaller_window_keeps_the_cursor_in_view(self):
        screen = shown("1\r\n2\r\n3\r\n4")
        screen.resize(2, 5)
        self.assertEqual((screen.history, screen.lines()), (["1", "2"], ["3", "4"]))
        screen.resize(3, 10)
        screen.feed(b"\r\n0123456789")
        self.assertEqual(screen.lines(), ["3", "4", "0123456789"])

    def test_bytes_that_are_no_text_do_not_stop_it(self):
        self.assertEqual(shown(b"a\xff\xfeb").lines()[0], "a\ufffd\ufffdb")


if __name__ == "__main__":
    unittest.main()
