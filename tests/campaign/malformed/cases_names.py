"""Names and trees that lead out of the folder of the receiver, or pose as something else."""

import encode as e
from cases_delivery import EMPTY, OVER, begin, empty
from expect import Case, results

REFUSED = results((1, e.REFUSED))
PLACED = results((1, 0))


def refused(what, name):
    return Case(f"a file called {what}", begin(name=name, size=0) + e.say("end", e.num(1, 1) + e.text(3, EMPTY)) + OVER,
                REFUSED)


def stored(what, name, shown):
    return Case(f"a file called {what}", empty(name=name) + OVER, PLACED, placed=(shown,))


def folder(name, item=1, more=b""):
    return begin(item, e.DIR, name, None, more=more)


def link(item, name, target):
    return begin(item, e.LINK, name, None, more=e.text(9, target))


def up(item):
    return begin(item, e.UP, "", None)


def tree(*inner):
    return folder("tree") + b"".join(inner) + up(90) + OVER


NAMES = [
    refused("nothing", ""),
    refused("a dot", "."),
    refused("two dots", ".."),
    refused("../x", "../x"),
    refused("a/../../x", "a/../../x"),
    refused("/etc/passwd", "/etc/passwd"),
    refused("a/b", "a/b"),
    refused("a slash at its end", "a/"),
    refused("a zero byte", "a\0.txt"),
    refused("what is not UTF-8", b"caf\xe9.txt"),
    refused("256 bytes", "a" * 256),
    refused("60000 bytes", "a" * 60000),
    refused("our folder of partials", ".p2pc-partial"),
    refused("our folder in capitals", ".P2PC-partial"),
    refused("another name of ours", ".p2pc-x"),
    stored("-rf", "-rf", "_rf"),
    stored(".bashrc", ".bashrc", "_bashrc"),
    stored(".ssh", ".ssh", "_ssh"),
    stored("a backslash", "..\\x", "_.\\x"),
    stored("three dots", "...", "_.."),
    stored("a line end", "a\nb", "a_b"),
    stored("an escape sequence", "\x1b[2Jx", "_[2Jx"),
    stored("DEL and C1", "a\x7f\u009bx", "a__x"),
    stored("a bidi override", "report\u202egnp.exe", "report_gnp.exe"),
    stored("zero-width characters", "a\u200bb\ufeff", "a_b_"),
    stored("255 bytes", "b" * 255, "b" * 255),
    stored("63 emoji", "\U0001f600" * 63, "\U0001f600" * 63),
    stored("combining marks alone", "\u0301" * 40, "\u0301" * 40),
    stored("SQL", "'; DROP TABLE x; --", "'; DROP TABLE x; --"),
    stored("a format", "%s%n%x", "%s%n%x"),
    stored("a variable", "$HOME `id` $(id)", "$HOME `id` $(id)"),
    stored("a star", "*", "*"),
    stored("~", "~", "~"),
    Case("two names that differ in normalisation", empty(1, "caf\u00e9") + empty(2, "cafe\u0301") + OVER,
         results((1, 0), (2, 0)), placed=("caf\u00e9", "cafe\u0301")),
]

TREES = [
    Case("a folder called two dots", folder("..") + up(2) + OVER, REFUSED),
    Case("a folder called /", folder("/") + up(2) + OVER, REFUSED),
    Case("a folder called .ssh", folder(".ssh") + up(2) + OVER, PLACED, placed=("_ssh",)),
    Case("a folder of no name", folder("") + up(2) + OVER, REFUSED),
    Case("a link at the top", link(1, "x", "tree") + OVER, REFUSED),
    Case("a file called two dots in a tree", tree(empty(2, "..")), results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a file with a slash in a tree", tree(empty(2, "../../x")), results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a file with an escape in a tree", tree(empty(2, "\x1b[2J")),
         results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a link to /etc", tree(link(2, "x", "/etc")), results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a link out of its tree", tree(link(2, "x", "..")), results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a link far out of its tree", tree(link(2, "x", "../../../etc")), results((2, e.REFUSED), (1, 0)),
         placed=("tree",)),
    Case("a link with two dots behind a name", tree(link(2, "x", "a/../..")), results((2, e.REFUSED), (1, 0)),
         placed=("tree",)),
    Case("a link of a link", tree(folder("a", 2), link(3, "y", ".."), up(4), link(5, "x", "a/y/..")),
         results((5, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a link with a zero byte", tree(link(2, "x", "a\0b")), results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a link of 5000 bytes", tree(link(2, "x", "a" * 5000)), results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a file through a link", tree(link(2, "x", ".."), folder("x", 3), empty(4, "f"), up(5)),
         results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("a folder in the place of a link", tree(link(2, "x", "sub"), folder("x", 3), empty(4, "f"), up(5)),
         results((2, e.REFUSED), (1, 0)), placed=("tree",)),
    Case("33 folders deep",
         b"".join(folder("d", i) for i in range(1, 34)) + b"".join(up(i) for i in range(40, 73)) + OVER,
         results((33, e.REFUSED), (1, 0)), placed=("d",)),
    Case("our own name in a tree", tree(empty(2, ".p2pc-partial")), results((2, e.REFUSED), (1, 0)), placed=("tree",)),
]
