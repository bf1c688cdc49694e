"""What an introduced and proven client says on its link to somebody who receives, outside of a delivery."""

import encode as e
from expect import CLOSED, GOES_ON, Case, Said, Waits, offered, taken

TEXT = e.LINKS["text"]
BEGIN = e.num(1, 1) + e.num(2, 1) + e.num(3, e.FILE) + e.text(4, "early") + e.num(5, 3)


def text(content, number=1):
    return e.say("text", (e.num(1, number) if number else b"") + e.text(2, content))


FRAMES = [
    Case("a hello", lambda o: o.world.right_hello(), CLOSED),
    Case("a challenge", e.frame(e.CHALLENGE, bytes(32)), CLOSED),
    Case("a proof", e.frame(e.PROOF, bytes(64)), CLOSED),
    Case("a refusal", e.frame(e.REFUSE, e.num(1, 8)), CLOSED),
    Case("type 0", e.frame(0, b"x"), CLOSED),
    Case("type 8", e.frame(8, b"x"), CLOSED),
    Case("a length of 0", bytes(5), CLOSED),
    Case("an empty control frame", e.control(b""), CLOSED),
    Case("a control frame of 65537", e.frame(e.CONTROL, b"", 65537), CLOSED),
    Case("a control frame of 2^32-1", e.frame(e.CONTROL, b"", 2**32 - 1), CLOSED),
    Case("a beat without a state", e.frame(e.BEAT), CLOSED),
    Case("a beat with two states", e.frame(e.BEAT, b"\0\0"), CLOSED),
    Case("a beat with a state of version 2", e.frame(e.BEAT, b"\xc8"), GOES_ON),
    Case("data without an offer", e.data(1, 0, b"x"), CLOSED),
    Case("data without bytes", e.data(1, 0, b""), CLOSED),
    Case("data without an offset", e.frame(e.DATA, bytes(4)), CLOSED),
    Case("data of 1 MiB and a byte", e.frame(e.DATA, bytes(13), (1 << 20) + 14), CLOSED),
    Case("data of 2^32-1", e.frame(e.DATA, bytes(13), 2**32 - 1), CLOSED),
    Case("half a text", text("half of it")[:12], Waits()),
    Case("text without frames", b"hello bob\n", CLOSED),
]

MESSAGES = [
    Case("nothing", e.control(e.text(99, b"")), GOES_ON),
    Case("a number for a message", e.control(e.num(TEXT, 1)), CLOSED),
    Case("two messages in one", e.control(e.text(TEXT, e.num(1, 1)) + e.text(2, b"")), CLOSED),
    Case("a message twice in one", e.control(e.text(TEXT, e.num(1, 1)) * 2), CLOSED),
    Case("a zero byte behind a message", e.control(e.text(2, b"") + b"\0"), CLOSED),
    Case("a message longer than its frame", e.control(e.varint(TEXT << 3 | 2) + b"\x7fabc"), CLOSED),
    Case("noise", e.control(b"\xff" * 30), CLOSED),
    Case("what a client says to a server", e.ask("list"), CLOSED),
    Case("the choice of the link again", e.say("chosen"), GOES_ON),
    Case("an answer to no invitation", e.say("invited", e.num(1, 1)), GOES_ON),
    Case("an invitation, where nobody can be asked", e.say("invite"), Said(("invited", {1: 0}))),
    Case("the receipt of a text that was not sent", e.say("taken", e.num(1, 5)), GOES_ON),
    Case("an answer to no offer", e.say("offered", e.num(1, 1)), GOES_ON),
    Case("an item without an offer", e.say("begin", BEGIN), GOES_ON),
    Case("the end of no item", e.say("end", e.num(1, 1) + e.num(2, 3)), GOES_ON),
    Case("a result of no item", e.say("result", e.num(1, 1)), GOES_ON),
    Case("the end of no delivery", e.say("over", e.num(1, 1)), GOES_ON),
    Case("the result of no delivery", e.say("outcome", e.num(1, 1)), GOES_ON),
    Case("zeros of no item", e.say("hole", e.num(1, 1) + e.num(3, 2**40)), GOES_ON),
    Case("hashes of no item", e.say("chunks", e.num(1, 1) + e.text(3, bytes(16))), GOES_ON),
    Case("a question without a delivery", e.say("ask", e.num(1, 1) + e.num(2, 1) + e.text(3, "x")), GOES_ON),
    Case("the answer to no question", e.say("asked", e.num(1, 1)), GOES_ON),
    Case("the mark of a lane on the link itself", e.say("lane", e.num(1, 1)), GOES_ON),
    Case("a batch without a delivery", e.say("batch", e.num(1, 1) + e.num(2, 100)), GOES_ON),
    Case("a link that is asked for", e.say("bulk"), GOES_ON),
    Case("an item and its data without an offer", e.say("begin", BEGIN) + e.data(1, 0, b"abc"), CLOSED),
    Case("a field of another type in a lane", e.say("lane", e.text(1, b"x")), CLOSED),
    Case("a field of another type in a batch", e.say("batch", e.text(2, b"x")), CLOSED),
    Case("a field of another type in an item", e.say("begin", BEGIN + e.num(14, 1)), CLOSED),
    Case("a field of another type in a question", e.say("ask", e.num(1, 1) + e.text(9, b"x")), CLOSED),
    Case("a field of another type in an answer", e.say("asked", e.num(1, 1) + e.num(5, 1)), CLOSED),
    Case("a field of another type in an offer's answer", e.say("offered", e.num(1, 1) + e.text(4, b"x")), CLOSED),
]

TEXTS = [
    Case("16 KiB", text("a" * 16384), taken()),
    Case("16 KiB and a byte", text("a" * 16385), taken(e.LIMIT)),
    Case("60000 bytes", text("a" * 60000), taken(e.LIMIT)),
    Case("no bytes", e.say("text", e.num(1, 1)), taken()),
    Case("no number", text("hi", 0), taken(0, 0)),
    Case("the last number", text("hi", 2**64 - 1), taken(0, 2**64 - 1)),
    Case("not UTF-8", text(b"\xc3\x28"), CLOSED),
    Case("a surrogate", text(b"\xed\xa0\x80"), CLOSED),
    Case("a zero byte in it", text("a\0b"), taken()),
    Case("an escape sequence", text("\x1b]0;mine\x07\x1b[2J"), taken()),
    Case("a bidi override", text("\u202egnp.exe"), taken()),
    Case("a thousand combining marks", text("a" + "\u0301" * 1000), taken()),
    Case("a record of ours", text('"}\n{"type":"file","path":"/etc/passwd"}'), taken()),
    Case("an encoded default", e.say("text", b"\x08\0" + e.text(2, "x")), CLOSED),
]

OFFERS = [
    Case("only what is not there", e.say("offer", e.num(1, 1) + e.num(5, 1)), offered(e.REFUSED)),
    Case("questions alone", e.say("offer", e.num(1, 1) + e.num(6, 1)), offered(e.REFUSED)),
    Case("with removing", e.say("offer", e.num(1, 1) + e.num(7, 1)), offered(e.REFUSED)),
    Case("with all of these",
         e.say("offer", e.num(1, 1) + e.num(5, 1) + e.num(6, 1) + e.num(7, 1)), offered(e.REFUSED)),
    Case("a total beyond 64 bits", e.say("offer", e.num(1, 1) + e.num(3, 2**64)), CLOSED),
    Case("a number beyond 32 bits", e.say("offer", e.num(1, 2**32)), CLOSED),
    Case("a total as bytes", e.say("offer", e.num(1, 1) + e.text(3, b"x")), CLOSED),
    Case("a name of another type", e.say("offer", e.num(1, 1) + e.num(4, 1)), CLOSED),
]
