"""Proofs that are none, for the server and for a listening client alike: the challenge was heard, the proof is due."""

import encode as e
from ed25519 import ORDER
from expect import CLOSED, Case, Closed, Waits
from people import LOGIN, PEER, statement

TLS_BINDING = b"\x0ctls-exporter\x20" + bytes(32)


class Bound:
    """Stands for a stream with another binding than the one it has."""

    def __init__(self, binding):
        self.binding = binding


def proof(signed):
    return e.frame(e.PROOF, signed)


def over(o, binding):
    return proof(o.key.sign(statement(Bound(binding), o.transcript, o.purpose)))


def malleable(o):
    """The right signature with the group's order added to its number: it satisfies the same equation."""
    right = o.proof(o.key)[5:]
    number = int.from_bytes(right[32:], "little") + ORDER
    return proof(right[:32] + number.to_bytes(32, "little"))


def flipped(o, bit):
    right = bytearray(o.proof(o.key)[5:])
    right[bit // 8] ^= 1 << bit % 8
    return proof(bytes(right))


CASES = [
    Case("zeros", proof(bytes(64)), CLOSED),
    Case("ones", proof(b"\xff" * 64), CLOSED),
    Case("the first bit flipped", lambda o: flipped(o, 0), CLOSED),
    Case("a bit of the point flipped", lambda o: flipped(o, 255), CLOSED),
    Case("a bit of the number flipped", lambda o: flipped(o, 300), CLOSED),
    Case("the last bit flipped", lambda o: flipped(o, 511), CLOSED),
    Case("the order added to the number", malleable, CLOSED),
    Case("the point alone", lambda o: proof(o.proof(o.key)[5:37] + bytes(32)), CLOSED),
    Case("made with another key", lambda o: o.proof(o.world.stray_key), CLOSED),
    Case("made with alice's key", lambda o: o.proof(o.world.alice.device_key), CLOSED),
    Case("for the other purpose", lambda o: o.proof(o.key, purpose=PEER if o.purpose == LOGIN else LOGIN), CLOSED),
    Case("for a purpose of version 2", lambda o: o.proof(o.key, purpose=o.purpose[:-1] + b"2"), CLOSED),
    Case("for a purpose that is empty", lambda o: o.proof(o.key, purpose=b""), CLOSED),
    Case("in the role of the acceptor", lambda o: o.proof(o.key, role=b"a"), CLOSED),
    Case("in no role", lambda o: o.proof(o.key, role=b"\0"), CLOSED),
    Case("over the binding of a TLS connection", lambda o: over(o, TLS_BINDING), CLOSED),
    Case("over an empty binding", lambda o: over(o, b"\0\0"), CLOSED),
    Case("over a binding called none with a value", lambda o: over(o, b"\x04none\x20" + bytes(32)), CLOSED),
    Case("without a binding", lambda o: over(o, b""), CLOSED),
    Case("over the hello without the challenge", lambda o: o.proof(o.key, transcript=e.frame(1, o.said_hello)), CLOSED),
    Case("over the challenge of another connection",
         lambda o: o.proof(o.key, transcript=e.frame(1, o.said_hello) + e.frame(2, bytes(32))), CLOSED),
    Case("over hello and challenge in the wrong order",
         lambda o: o.proof(o.key, transcript=e.frame(2, o.challenge) + e.frame(1, o.said_hello)), CLOSED),
    Case("over the bodies without their headers",
         lambda o: o.proof(o.key, transcript=o.said_hello + o.challenge), CLOSED),
    Case("over nothing", lambda o: o.proof(o.key, transcript=b""), CLOSED),
    Case("over the transcript twice", lambda o: o.proof(o.key, transcript=o.transcript * 2), CLOSED),
    Case("of the challenge alone, signed", lambda o: proof(o.key.sign(o.challenge)), CLOSED),
    Case("one byte short", lambda o: e.frame(e.PROOF, o.proof(o.key)[5:68]), CLOSED),
    Case("one byte long", lambda o: e.frame(e.PROOF, o.proof(o.key)[5:] + b"\0"), CLOSED),
    Case("empty", e.frame(e.PROOF), CLOSED),
    Case("the challenge sent back", lambda o: e.frame(e.CHALLENGE, o.challenge), CLOSED),
    Case("a challenge of our own", e.frame(e.CHALLENGE, bytes(32)), CLOSED),
    Case("the hello again", lambda o: e.frame(e.HELLO, o.said_hello), CLOSED),
    Case("a beat in its place", e.frame(e.BEAT, b"\0"), CLOSED),
    Case("a request in its place", e.ask("list"), CLOSED),
    Case("a message in its place", e.say("text", e.num(1, 1) + e.text(2, "hi")), CLOSED),
    Case("data in its place", e.data(1, 0, b"x"), CLOSED),
    Case("a refusal in its place", e.frame(e.REFUSE, e.num(1, 8)), CLOSED),
    Case("a request in front of it", lambda o: e.ask("list") + o.proof(o.key), CLOSED),
    Case("its first half", lambda o: o.proof(o.key)[:40], Waits()),
    Case("the end", b"", Waits()),
]

_P = 2**255 - 19
# Points of small order and encodings that no key has. With the neutral point and the number 0 as signature a
# careless check passes for each message.
_FORGED = (1).to_bytes(32, "little") + bytes(32)
BAD_KEYS = {
    "the neutral point": (1).to_bytes(32, "little"),
    "a point of order 2": (_P - 1).to_bytes(32, "little"),
    "a point of order 4": bytes(32),
    "a point of order 4, with a sign": bytes(31) + b"\x80",
    "a point of order 8": bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    "another point of order 8": bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    "the neutral point, not canonical": (_P + 1).to_bytes(32, "little"),
    "zero, not canonical": _P.to_bytes(32, "little"),
    "the neutral point with a sign": (1 | 1 << 255).to_bytes(32, "little"),
    "all ones": b"\xff" * 32,
    "no point at all": (2).to_bytes(32, "little"),
}


def forged(role, key):
    return lambda o: (e.frame(e.HELLO, e.hello(role, "mallory", key, device_id=bytes(16)))
                      + proof(_FORGED))


# Right behind each other, as a stranger says them who knows what will be asked.
FORGERIES = [Case(f"{what} as {name}", forged(role, key), Closed(e.CHALLENGE))
             for what, role in (("a new account's key", e.REGISTER), ("a device's key", e.DEVICE))
             for name, key in BAD_KEYS.items()]
