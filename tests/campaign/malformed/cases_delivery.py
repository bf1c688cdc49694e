"""What comes behind an offer (number 1) that was accepted: items and data out of order, and lanes."""

import encode as e
from expect import CLOSED, Case, Said, Waits, results

EMPTY = "xxh3-1m:99aa06d3014798d86001c324468d497f"  # of no bytes
ZEROS = "xxh3-1m:" + "0" * 32


def begin(item=1, kind=e.FILE, name="a.txt", size=3, delivery=1, more=b""):
    return e.say("begin", e.num(1, delivery) + (e.num(2, item) if item else b"") + (e.num(3, kind) if kind else b"")
                 + (e.text(4, name) if name else b"") + (e.num(5, size) if size is not None else b"") + more)


def end(item=1, size=3, digest=ZEROS, more=b""):
    return e.say("end", e.num(1, item) + (e.num(2, size) if size else b"") + e.text(3, digest) + more)


def empty(item=1, name="a.txt", more=b""):
    """An empty file and its end: the shortest that can be placed."""
    return begin(item, name=name, size=0, more=more) + e.say("end", e.num(1, item) + e.text(3, EMPTY))


def hole(item=1, offset=0, length=1):
    return e.say("hole", e.num(1, item) + (e.num(2, offset) if offset else b"") + (e.num(3, length) if length else b""))


def batch(number, size):
    return e.say("batch", (e.num(1, number) if number else b"") + (e.num(2, size) if size else b""))


UP = begin(9, e.UP, "", None)
OVER = e.say("over", e.num(1, 1))
GONE = results((1, 19))  # the part it goes on from is not there any more: the sender begins anew
ABC = e.data(1, 0, b"abc")

ORDER = [
    Case("data before an item", ABC, CLOSED),
    Case("an end before an item", end(), CLOSED),
    Case("zeros before an item", hole(), CLOSED),
    Case("data of another item", begin() + e.data(2, 0, b"abc"), CLOSED),
    Case("data with a jump", begin() + e.data(1, 1, b"bc"), CLOSED),
    Case("data twice", begin() + e.data(1, 0, b"a") * 2, CLOSED),
    Case("data that overlaps", begin() + e.data(1, 0, b"ab") + e.data(1, 1, b"bc"), CLOSED),
    Case("data at the last offset", begin() + e.data(1, 2**64 - 1, b"abc"), CLOSED),
    Case("data past the size", begin() + e.data(1, 0, b"abcd"), CLOSED),
    Case("data past the size, in two", begin() + ABC + e.data(1, 3, b"d"), CLOSED),
    Case("data of an empty file", begin(size=0) + e.data(1, 0, b"a"), CLOSED),
    Case("data behind the end", begin() + ABC + end() + e.data(1, 3, b"d"),
         Said(("result", {1: 1, 2: 17}), then="closed")),
    Case("an item in an item", begin() + begin(2, name="b.txt"), CLOSED),
    Case("an item's number again", empty() + begin(1, name="b.txt"), Said(("result", {1: 1, 2: 0}), then="closed"),
         placed=("a.txt",)),
    Case("item 0", begin(0), CLOSED),
    Case("an item of another delivery", begin(delivery=2), CLOSED),
    Case("a file without a size", begin(size=None), CLOSED),
    Case("a folder with a size", begin(kind=e.DIR, size=3), CLOSED),
    Case("a file with a target", begin(more=e.text(9, "x")), CLOSED),
    Case("a link without a target", begin(kind=e.LINK, size=None), CLOSED),
    Case("a file that goes on where nothing is", begin(size=1 << 21, more=e.num(11, 1 << 20)) + end() + OVER, GONE),
    Case("a file that goes on in the middle", begin(more=e.num(11, 1)) + end() + OVER, GONE),
    Case("a file that goes on at the end of numbers", begin(more=e.num(11, 2**64 - 1)) + end() + OVER, GONE),
    Case("a folder that is kept", begin(kind=e.DIR, size=None, more=e.num(10, 1)), CLOSED),
    Case("zeros of length 0", begin() + hole(length=0), CLOSED),
    Case("zeros past the size", begin() + hole(length=4), CLOSED),
    Case("zeros with a jump", begin() + hole(offset=1), CLOSED),
    Case("2^40 and one zeros", begin(size=2**41, more=e.num(15, 1)) + hole(length=2**40 + 1), CLOSED),
    Case("2^64-1 zeros", begin(size=2**41, more=e.num(15, 1)) + hole(length=2**64 - 1), CLOSED),
    Case("zeros of another item", begin() + hole(2), CLOSED),
    Case("the end of another item", begin() + ABC + end(2), CLOSED),
    Case("an end twice", empty() + end(), Said(("result", {1: 1, 2: 0}), then="closed"), placed=("a.txt",)),
    Case("the end of the delivery in an item", begin() + OVER, CLOSED),
    Case("the end of the delivery in a folder", begin(kind=e.DIR, name="d", size=None) + OVER, CLOSED),
    Case("the end of another delivery", e.say("over", e.num(1, 2)), CLOSED),
    Case("an up without a folder", UP, CLOSED),
    Case("an up too many", begin(1, e.DIR, "d", None) + UP + begin(10, e.UP, "", None),
         Said(("result", {1: 1, 2: 0}), then="closed"), placed=("d",)),
    Case("an up in an item", begin(1, e.DIR, "d", None) + begin(2) + UP, CLOSED),
    Case("a text", e.say("text", e.num(1, 1) + e.text(2, "hi")), CLOSED),
    Case("another offer", e.say("offer", e.num(1, 2)), CLOSED),
    Case("an invitation", e.say("invite"), CLOSED),
    Case("a result", e.say("result", e.num(1, 1)), CLOSED),
    Case("hashes", e.say("chunks", e.num(1, 1) + e.text(3, bytes(16))), CLOSED),
    Case("the mark of a lane", e.say("lane", e.num(1, 1)), CLOSED),
    Case("a message of version 2", e.control(e.text(99, b"")), CLOSED),
    Case("noise", e.control(b"\xff" * 9), CLOSED),
    Case("a question out of order", e.say("ask", e.num(1, 2) + e.num(2, 1) + e.text(3, "x") + e.num(4, 1)), CLOSED),
    Case("half an item", begin()[:9], Waits()),
    Case("half of its data", begin() + e.frame(e.DATA, bytes(12) + b"a", 16), Waits()),
    Case("an item that never ends", begin() + e.data(1, 0, b"ab"), Waits()),
]

CONTENT = [
    Case("a wrong digest", begin() + ABC + end() + OVER, results((1, e.INTEGRITY))),
    Case("a digest of another kind", begin() + ABC + end(digest="md5:" + "0" * 32) + OVER, results((1, e.UNSUPPORTED))),
    Case("no digest", begin() + ABC + e.say("end", e.num(1, 1) + e.num(2, 3)) + OVER, results((1, e.UNSUPPORTED))),
    Case("a digest of 5000 bytes",
         begin() + ABC + end(digest="xxh3-1m:" + "0" * 5000) + OVER, results((1, e.INTEGRITY))),
    Case("too few bytes", begin() + e.data(1, 0, b"ab") + end(size=2) + OVER, results((1, e.INTEGRITY))),
    Case("a size at its end that is a lie", begin() + ABC + end(size=4) + OVER, results((1, e.INTEGRITY))),
    Case("a checksum of an unknown kind", begin(more=e.text(12, "rot13")) + ABC + end() + OVER,
         results((1, e.UNSUPPORTED))),
    Case("a checksum that was not announced", begin(size=0) + e.say(
        "end", e.num(1, 1) + e.text(3, EMPTY) + e.text(5, "sha256:00")) + OVER, results((1, 0)), placed=("a.txt",)),
    Case("a kind of version 2", begin(kind=77) + end() + OVER, results((1, e.UNSUPPORTED))),
    Case("no kind", begin(kind=0) + end() + OVER, results((1, e.UNSUPPORTED))),
    Case("2^64-1 bytes are announced", begin(size=2**64 - 1) + end() + OVER, results((1, e.REFUSED))),
    Case("more than any disk has", begin(size=2**50) + end() + OVER, results((1, e.NO_SPACE))),
    Case("set-user bits", empty(more=e.num(6, 0o4777)) + OVER, results((1, 0)), placed=("a.txt",)),
    Case("a mode of all bits", empty(more=e.num(6, 2**32 - 1)) + OVER, results((1, 0)), placed=("a.txt",)),
    Case("the year 292277026596", empty(more=e.num(7, 2**64 - 2)) + OVER, results((1, 0)), placed=("a.txt",)),
    Case("a time before all times", empty(more=e.num(7, 2**64 - 1)) + OVER, results((1, 0)), placed=("a.txt",)),
    Case("a source of 5 bytes", empty(more=e.text(8, b"short")) + OVER, results((1, 0)), placed=("a.txt",)),
    Case("an item that is given up", begin() + ABC + e.say("end", e.num(1, 1) + e.num(4, 16)) + OVER, results()),
    Case("an item given up with a code of version 9",
         begin() + e.say("end", e.num(1, 1) + e.num(4, 9999)) + OVER, results()),
    Case("the same file twice", empty() + empty(2) + OVER, results((1, 0), (2, 0)), placed=("a.txt", "a (2).txt")),
    Case("nothing", OVER, results()),
]

BATCHES = [
    Case("batch 0", batch(0, 100), CLOSED),
    Case("batch 2 first", batch(2, 100), CLOSED),
    Case("the last number", batch(2**64 - 1, 100), CLOSED),
    Case("a batch of no bytes", batch(1, 0), CLOSED),
    Case("a batch within a batch", batch(1, 500) + batch(2, 10), CLOSED),
    Case("the same batch again", batch(1, len(begin())) + begin() + batch(1, 15) + ABC, CLOSED),
    Case("a frame beyond its batch", batch(1, 20) + begin(), CLOSED),
    Case("data beyond its batch", batch(1, len(begin()) + 3) + begin() + ABC, CLOSED),
    Case("data outside of a batch", batch(1, len(begin())) + begin() + ABC, CLOSED),
    Case("an end outside of a batch", batch(1, len(begin())) + begin() + end(), CLOSED),
    Case("a batch of 2^32-1 that does not come", batch(1, 2**32 - 1), Waits()),
]


def lane(number=1):
    return e.say("lane", e.num(1, number))


# On a second connection of the delivery.
LANES = [
    Case("no mark", begin(), CLOSED),
    Case("data and no mark", ABC, CLOSED),
    Case("a mark of another delivery", lane(7), Waits()),
    Case("an item without a batch", lane() + begin(), CLOSED),
    Case("data without a batch", lane() + ABC, CLOSED),
    Case("a text", lane() + e.say("text", e.num(1, 1)), CLOSED),
    Case("an end", lane() + e.say("close"), CLOSED),
    Case("the end of the delivery", lane() + OVER, CLOSED),
    Case("another mark", lane() + lane(), CLOSED),
    Case("the first batch", lane() + batch(1, 100), CLOSED),
    Case("batch 0", lane() + batch(0, 100), CLOSED),
    Case("a batch of no bytes", lane() + batch(2, 0), CLOSED),
    Case("a type that is none", lane() + e.frame(9, b"x"), CLOSED),
    Case("noise", lane() + e.control(b"\xff\xff"), CLOSED),
    Case("a mark and the end", lane(), Waits()),
    Case("an offer of another delivery", e.say("offer", e.num(1, 9)), CLOSED),
    Case("a request for a link", e.say("bulk"), CLOSED),
]
