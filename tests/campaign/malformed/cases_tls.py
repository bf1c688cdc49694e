"""What is tried over TLS: bytes in the place of TLS, and which tables of the unbound transport hold on a bound one."""

import os

import encode as e
from cases_door import BANNERS
from cases_proof import proof
from expect import CLOSED, Case, Slow, ensure, hear
from people import Opening
from wire import Stream, TlsStream


class Shut:
    """Closed, with nothing but an alert of TLS; what is short of a record waits for its rest."""

    def __str__(self):
        return "closed without a word of ours"

    def judge(self, stage, opened):
        opened.stream.half_close()
        hear(opened)
        heard = bytes(opened.stream.heard)
        ensure(not heard or heard[0] == 0x15, f"something else than an alert: {heard[:40].hex()}", [], opened)
        if not opened.stream.ended:
            raise Slow("it did not close")


def client_hello(more=b"", version=b"\x03\x03", suites=b"\x13\x01", length=None, extensions=None):
    """The first record of TLS 1.3, right but for what is given."""
    named = b"\0\x2b\0\x03\x02\x03\x04" + b"\0\x0d\0\x04\0\x02\x08\x07" + b"\0\x0a\0\x04\0\x02\0\x1d"
    share = b"\0\x33\0\x26\0\x24\0\x1d\0\x20" + bytes([9]) * 32
    alpn = b"\0\x10\0\x09\0\x07\x06p2pc/1"
    extensions = named + share + alpn + more if extensions is None else extensions
    body = (version + bytes(32) + b"\0" + len(suites).to_bytes(2, "big") + suites + b"\1\0"
            + len(extensions).to_bytes(2, "big") + extensions)
    message = b"\1" + (len(body) if length is None else length).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message


SHUT = [
    *[Case(case.name, case.build, Shut()) for case in BANNERS],
    Case("half a client hello", client_hello()[:60], Shut()),
    Case("a client hello with a length that is a lie", client_hello(length=2**24 - 1), Shut()),
    Case("a client hello of no suites", client_hello(suites=b""), Shut()),
    Case("a client hello of unknown suites", client_hello(suites=b"\x12\x34"), Shut()),
    Case("a client hello of TLS 1.0", client_hello(version=b"\x03\x01", extensions=b""), Shut()),
    Case("a client hello without extensions", client_hello(extensions=b""), Shut()),
    Case("a client hello with extensions of noise", client_hello(extensions=b"\xff" * 100), Shut()),
    Case("a client hello of more than 4 KiB", client_hello(b"\0\x15\x13\x88" + bytes(5000)), Shut()),
    Case("a record of no length", b"\x16\x03\x01\0\0" * 100, Shut()),
    Case("a record of application data", b"\x17\x03\x03\0\x20" + os.urandom(32), Shut()),
    Case("a record of an alert", b"\x15\x03\x03\0\x02\x02\x28", Shut()),
    Case("a record longer than any", b"\x16\x03\x01\xff\xff" + bytes(70000), Shut()),
    Case("a heartbeat", b"\x18\x03\x02\0\x03\x01\x40\0", Shut()),
    Case("SSL 2", b"\x80\x2e\x01\0\x02\0\x15\0\0\0\x10" + os.urandom(37), Shut()),
    Case("a right client hello, and noise", client_hello() + os.urandom(500), Shut()),
]


def bound(cases):
    """Those that mean something where no nonce and no challenge are."""
    return [case for case in cases if "nonce" not in case.name and "challenge" not in case.name
            and "password of" not in case.name and "who is blocked" not in case.name]


def flight(o, change=lambda said: said):
    """Hello and proof of another connection, said on this one."""
    who = o.world.eve
    other = TlsStream(o.world.server.port)
    said = e.hello(e.DEVICE, who.name, who.device_key.public, None, device_id=who.device_id)
    opening = Opening(other, said)
    other.send(opening.proof(who.device_key))
    opening.answered()
    made = e.frame(e.HELLO, said) + opening.proof(who.device_key)
    other.close()
    return change(made)


def unbound(o):
    """Proven as if nothing bound it."""
    who = o.world.eve
    said = e.hello(e.DEVICE, who.name, who.device_key.public, None, device_id=who.device_id)
    key, transcript = who.device_key, e.frame(e.HELLO, said)
    plain = Opening.__new__(Opening)
    plain.stream, plain.transcript, plain.purpose = Stream, transcript, b"p2pc/login/v1"
    return e.frame(e.HELLO, said) + plain.proof(key)


REPLAYS = [
    Case("a flight of another connection", flight, CLOSED),
    Case("a flight of another connection, twice", lambda o: flight(o) * 2, CLOSED),
    Case("a flight of another connection, and a request", lambda o: flight(o) + e.ask("list"), CLOSED),
    Case("a proof as of an unbound connection", unbound, CLOSED),
    Case("a hello with a nonce", lambda o: o.world.right_hello(), CLOSED),
    Case("a proof of zeros", lambda o: flight(o)[:-69] + proof(bytes(64)), CLOSED),
]
