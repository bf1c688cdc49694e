"""What takes its time, and when it must have an end: (name, stage, bytes, seconds from, seconds to).

Seconds count from when the bytes were sent. Of what is sent in pieces one byte follows every five seconds.
"""

import encode as e
from cases_delivery import batch, begin
from cases_peer import said

LOGIN, DEAD, LINK_DEAD = (8, 13), (33, 40), (28, 38)
HALF = e.ask("list", e.num(1, 1))[:7]


class Drip(bytes):
    """Said one byte every five seconds."""


# By the names of the stages in test_malformed.
CASES = [
    ("a connection and nothing", "door", b"", *LOGIN),
    ("a hello, one byte each five seconds", "door", Drip(e.frame(e.HELLO, bytes(60))), *LOGIN),
    ("the first byte of TLS", "tcp of tls", b"\x16", *LOGIN),
    ("a handshake of TLS and nothing", "tls", b"", *LOGIN),
    ("half a hello over TLS", "tls", e.frame(e.HELLO, bytes(9), 66), *LOGIN),
    ("a hello and no proof", "proof due", b"", *LOGIN),
    ("a proof and no registration", "register due", b"", *LOGIN),
    ("a password and no enrolment", "enrol due", b"", *LOGIN),
    ("half a request", "request", HALF, *LOGIN),
    ("half a request, one byte each five seconds", "request", Drip(HALF), *LOGIN),
    ("a login and nothing, not even beats", "request", b"", *DEAD),
    ("a connection to a client and nothing", "peer door", b"", *LOGIN),
    ("a hello to a client, one byte each five seconds", "peer door", Drip(e.frame(e.HELLO, bytes(60))), *LOGIN),
    ("a hello to a client and no proof", "peer proof due", b"", *LOGIN),
    ("a further link before the first", "peer hello", lambda o: said(use=1, ticket=None)(o), *LOGIN),
    ("a link that is never chosen", "unchosen", b"", *LOGIN),
    ("half a text", "link", e.say("text", e.num(1, 1) + e.text(2, "half"))[:9], *LOGIN),
    ("a link and nothing, not even beats", "link", b"", *LINK_DEAD),
    ("an offer and nothing", "delivery", b"", *LINK_DEAD),
    ("an item and nothing", "delivery", begin(), *LINK_DEAD),
    ("half of its data", "delivery", begin() + e.frame(e.DATA, bytes(12) + b"a", 16), *LINK_DEAD),
    ("a batch that is missing", "delivery", batch(1, len(begin())) + begin() + batch(2**40, 15), *LINK_DEAD),
]
