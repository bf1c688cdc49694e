"""Accounts and links of a test's own speaker: what a right client does, each step of which a test may do wrong."""

import hashlib
import os
import time

import encode as e
from ed25519 import Key
from wire import Stream

LOGIN, PEER = b"p2pc/login/v1", b"p2pc/peer/v1"
PATIENCE = 10


class Unexpected(AssertionError):
    """The other side did not do what it does for everybody."""


def statement(stream, transcript, purpose=LOGIN, role=b"o"):
    hashed = hashlib.blake2b(transcript, digest_size=32).digest()
    return purpose + b"\0" + role + stream.binding + hashed


def next_frame(stream, frames, kind, seconds=PATIENCE):
    """The next frame, which has to be of that kind; `frames` holds what came with an earlier one."""
    until = time.monotonic() + seconds
    while not frames:
        if not stream.receive(until):
            raise Unexpected(f"it said nothing where a frame of type {kind} was due")
        frames += stream.frames()
        if stream.ended and not frames:
            raise Unexpected(f"it closed where a frame of type {kind} was due")
    got, body = frames.pop(0)
    if got != kind:
        raise Unexpected(f"a frame of type {got} and not {kind}: {body.hex()}")
    return body


class NotTaken(Unexpected):
    """A call that nobody took."""


class Opening:
    """The opener's half of a handshake, as far as it got; `frames` are those nobody has taken yet."""

    late = False  # whether the time was over when one last listened
    challenge = b""  # none on a bound stream

    def __init__(self, stream, body, purpose=LOGIN):
        self.stream, self.frames, self.purpose = stream, [], purpose
        self.transcript = e.frame(e.HELLO, body)
        stream.send(self.transcript)

    def challenged(self):
        """Hears the challenge, where there is one."""
        if not self.stream.bound:
            self.challenge = next_frame(self.stream, self.frames, e.CHALLENGE)
            self.transcript += e.frame(e.CHALLENGE, self.challenge)
        return self

    def proof(self, key, **other):
        what = {"transcript": self.transcript, "purpose": self.purpose, **other}
        return e.frame(e.PROOF, key.sign(statement(self.stream, **what)))

    def answered(self):
        """Hears hello and proof of the other side, which is not judged here."""
        body = next_frame(self.stream, self.frames, e.HELLO)
        next_frame(self.stream, self.frames, e.PROOF)
        return body


def wrapped(version):
    """As long as a wrapped account key is, which only its owner could open."""
    return version.to_bytes(8, "big") + bytes(72)


class Account:
    """Somebody with an account of one device, made without a password: the server never sees one anyway."""

    def __init__(self, name, founding_key):
        self.name, self.founding_key = name, founding_key
        self.key, self.login_key, self.device_key = (Key(os.urandom(32)) for _ in range(3))
        self.device_id, self.device = os.urandom(16), "laptop"
        self.serial = 1

    def list_head(self, count=1, serial=None, user=None, founding_key=None, magic=b"p2pc/devices/v1\0"):
        user = (user or self.name).encode()
        serial = self.serial if serial is None else serial
        return (magic + bytes([len(user)]) + user + (founding_key or self.founding_key)
                + serial.to_bytes(8, "big") + bytes([count]))

    def entry(self, device_id=None, name=None, key=None):
        name = self.device if name is None else name
        name = name.encode() if isinstance(name, str) else name
        return (device_id or self.device_id) + bytes([len(name)]) + name + (key or self.device_key.public)

    def signed(self, unsigned, key=None):
        return unsigned + (key or self.key).sign(unsigned)

    def devices(self):
        return self.signed(self.list_head() + self.entry())

    def registration(self, **other):
        """The body of Register; `other` replaces account, login, wrapped, devices or token (None: absent)."""
        values = {"account": self.key.public, "login": self.login_key.public, "wrapped": wrapped(1),
                  "devices": None, "token": None, **other}
        if "devices" not in other:
            values["devices"] = self.devices()
        return b"".join(e.text(n, v) for n, v in enumerate(values.values(), 1) if v is not None)

    def nonce(self, stream):
        return None if stream.bound else os.urandom(32)

    # Each of these connects, and gives the Opening with the welcome taken.

    def register(self, stream):
        opening = Opening(stream, e.hello(e.REGISTER, self.name, self.key.public, self.nonce(stream))).challenged()
        stream.send(opening.proof(self.key) + e.ask("register", self.registration()))
        opening.answered()
        self._welcomed(opening)
        return opening

    def login(self, stream):
        body = e.hello(e.DEVICE, self.name, self.device_key.public, self.nonce(stream), device_id=self.device_id)
        opening = Opening(stream, body).challenged()
        stream.send(opening.proof(self.device_key))
        opening.answered()
        self._welcomed(opening)
        return opening

    def login_by_password(self, stream):
        body = e.hello(e.PASSWORD, self.name, self.login_key.public, self.nonce(stream))
        opening = Opening(stream, body).challenged()
        stream.send(opening.proof(self.login_key))
        opening.answered()
        opening.welcome = self._welcomed(opening)
        return opening

    def _welcomed(self, opening):
        body = next_frame(opening.stream, opening.frames, e.CONTROL)
        welcome = e.first(body, e.SAID["welcome"])
        if welcome is None:
            raise Unexpected(f"no welcome: {body.hex()}")
        return welcome

    def hello_to_peer(self, call, stream, **other):
        return e.hello(e.PEER, self.name, self.device_key.public, self.nonce(stream),
                       **{"device_id": self.device_id, "account": self.key.public, "devices": self.devices(),
                          "session": call.session, "ticket": call.ticket, **other})


class Call:
    """What the server says of somebody who takes a call."""

    def __init__(self, body):
        opened = e.first(body, e.SAID["opened"])
        if opened is None:
            raise NotTaken(f"the call was not taken: {body.hex()}")
        self.session, self.ticket = e.first(opened, 1), e.first(opened, 2)
        self.peer = e.first(opened, 3)
        self.ports = [int(text.rpartition(b":")[2]) for text in e.fields(self.peer)[6]]


class Line:
    """A logged-in connection on which one thing is asked after another."""

    def __init__(self, account, stream):
        self.account, self.stream = account, stream
        self.opening = account.login(stream)
        self._number = 0

    def ask(self, name, body=b"", seconds=PATIENCE):
        """The body of the reply."""
        self._number += 1
        self.stream.send(e.ask(name, body, self._number))
        while True:
            reply = next_frame(self.stream, self.opening.frames, e.CONTROL, seconds)
            if e.first(reply, 1, 0) == self._number:
                return reply

    def call(self, who, kind, seconds=PATIENCE):
        return Call(self.ask("call", e.text(1, who) + e.num(3, kind), seconds))

    def meet(self, who, kind, seconds=PATIENCE):
        """A proven and chosen link to somebody who listens over tcp."""
        call = self.call(who, kind, seconds)
        opening = self.dial(call)
        opening.stream.send(e.say("chosen"))
        opening.call = call
        return opening

    def dial(self, call, **other):
        stream = Stream(call.ports[0], "127.0.0.1")
        opening = Opening(stream, self.account.hello_to_peer(call, stream, **other), PEER).challenged()
        stream.send(opening.proof(self.account.device_key))
        opening.answered()
        return opening
