"""What an introduced and proven client says to a chat: before the invitation, and within the conversation."""

import encode as e
from cases_link import text
from expect import CLOSED, GOES_ON, Case, Said, Waits, taken

TURNED_AWAY = Said(("invited", {1: 0}), ("close", {}), then="closed")

INVITED = [
    Case("a text", text("too early"), TURNED_AWAY),
    Case("an offer", e.say("offer", e.num(1, 1)), TURNED_AWAY),
    Case("the answer to an invitation", e.say("invited", e.num(1, 1)), TURNED_AWAY),
    Case("an unknown message", e.control(e.text(99, b"")), TURNED_AWAY),
    Case("noise", e.control(b"\xff\xff"), TURNED_AWAY),
    Case("data", e.data(1, 0, b"x"), TURNED_AWAY),
    Case("a type that is none", e.frame(9, b"x"), TURNED_AWAY),
]

CONVERSATION = [
    Case("data", e.data(1, 0, b"x"), CLOSED),
    Case("a hello", lambda o: o.world.right_hello(), CLOSED),
    Case("a proof", e.frame(e.PROOF, bytes(64)), CLOSED),
    Case("a refusal", e.frame(e.REFUSE, e.num(1, 8)), CLOSED),
    Case("type 99", e.frame(99, b"x"), CLOSED),
    Case("a length of 0", bytes(5), CLOSED),
    Case("an empty control frame", e.control(b""), CLOSED),
    Case("a control frame of 65537", e.frame(e.CONTROL, b"", 65537), CLOSED),
    Case("noise", e.control(b"\xff\xff"), CLOSED),
    Case("two messages in one", e.control(e.text(2, b"") + e.text(4, e.num(1, 1))), CLOSED),
    Case("a field of another type", e.say("text", e.text(1, b"x")), CLOSED),
    Case("a text that is not UTF-8", text(b"\xff"), CLOSED),
    Case("half a text", text("half")[:8], Waits()),
    Case("an unknown message", e.control(e.text(99, b"")), GOES_ON),
    Case("another invitation", e.say("invite"), GOES_ON),
    Case("the answer to no invitation", e.say("invited", e.num(1, 1)), GOES_ON),
    Case("the choice of the link again", e.say("chosen"), GOES_ON),
    Case("the receipt of a text that was not sent", e.say("taken", e.num(1, 5)), GOES_ON),
    Case("an offer in the conversation", e.say("offer", e.num(1, 1)), GOES_ON),
    Case("an item", e.say("begin", e.num(1, 1) + e.num(2, 1)), GOES_ON),
    Case("the mark of a lane", e.say("lane", e.num(1, 1)), GOES_ON),
    Case("a batch", e.say("batch", e.num(1, 1) + e.num(2, 9)), GOES_ON),
    Case("forty requests for a link", e.say("bulk") * 40, GOES_ON),
    Case("a text of 16 KiB", text("a" * 16384), taken()),
    Case("a text of 16 KiB and a byte", text("a" * 16385), taken(e.LIMIT)),
    Case("a text with an escape sequence", text("\x1b]52;c;ZXZpbA==\x07"), taken()),
    Case("a text with a record of ours", text('"}\n{"type":"call","from":"alice"}'), taken()),
]

# A link for one message, which disturbs no conversation.
VISIT = [
    Case("data", e.data(1, 0, b"x"), CLOSED),
    Case("a type that is none", e.frame(9, b"x"), CLOSED),
    Case("noise", e.control(b"\xff\xff"), CLOSED),
    Case("a text that is not UTF-8", text(b"\xff"), CLOSED),
    Case("an unknown message", e.control(e.text(99, b"")), GOES_ON),
    Case("an invitation", e.say("invite"), GOES_ON),
    Case("an item", e.say("begin", e.num(1, 1) + e.num(2, 1)), GOES_ON),
    Case("a request for a link", e.say("bulk"), GOES_ON),
    Case("a text of 16 KiB", text("a" * 16384), taken()),
    Case("a text of 16 KiB and a byte", text("a" * 16385), taken(e.LIMIT)),
    Case("a text of 65000 bytes", text("a" * 65000), taken(e.LIMIT)),
]
