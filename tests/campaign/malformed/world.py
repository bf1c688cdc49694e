"""Who there is while inputs are tried: a server, honest people whose logins and calls must go on, and eve."""

import os
import time

import encode as e
import people
from ed25519 import Key
from expect import SOON, Slow
from people import Account, Line, Opening
from wire import Stream, TlsStream

EVES = [f"eve{k}" for k in range(50)]  # an account of hers that an input has taken out of use has a successor


class World:
    def __init__(self, server):
        self.server = server
        self._stream = TlsStream if server.scheme == "tls" else Stream
        self.founding_key = self._probe()
        self.stray_key = Key(os.urandom(32))
        self._made = 0
        self.alice, self.carol = self._person("alice"), self._person("carol")
        self._names = iter(EVES)
        self.eve = self._person(next(self._names))
        self._line = None

    def connect(self):
        return self._stream(self.server.port)

    def close(self):
        if self._line:
            self._line.stream.close()

    def _probe(self):
        stream = self.connect()
        opening = Opening(stream, e.hello(e.PROBE, nonce=None if stream.bound else bytes(32)))
        key = e.first(opening.answered(), 6)
        opening.stream.close()
        return key

    def _person(self, name):
        who = Account(name, self.founding_key)
        who.register(self.connect()).stream.close()
        return who

    def newcomer(self):
        """Somebody new, who has no account yet."""
        self._made += 1
        return Account(f"new{self._made}", self.founding_key)

    def right_hello(self):
        who = self.eve
        return e.frame(e.HELLO, e.hello(e.DEVICE, who.name, who.device_key.public, device_id=who.device_id))

    def eve_login(self, stream):
        """Logs her in; an input may have removed her device, or ended it, and then she is somebody new."""
        try:
            return self.eve.login(stream(self.server.port))
        except people.Unexpected:
            self.eve = self._person(next(self._names))
            return self.eve.login(stream(self.server.port))

    def eve_line(self):
        """Her connection to the server."""
        if self._line is None or self._line.stream.ended:
            self._line = Line(self.eve, self.connect())
        return self._line

    def meet_carol(self):
        """A session of alice's and carol's."""
        carol, alice = (Line(who, self.connect()) for who in (self.carol, self.alice))
        carol.ask("announce", e.num(1, 1))
        alice.stream.send(e.ask("call", e.text(1, "carol") + e.num(3, e.CHAT), 99))
        incoming = e.first(people.next_frame(carol.stream, carol.opening.frames, e.CONTROL), e.SAID["incoming"])
        self.others_session = e.first(incoming, 1)
        carol.ask("answer", e.text(1, self.others_session) + e.num(2, 1) + e.text(3, "tcp://127.0.0.1:4000"))
        people.next_frame(alice.stream, alice.opening.frames, e.CONTROL)
        carol.stream.close()
        alice.stream.close()


def patiently(work):
    """Does it again where only the time was over: three times late is late."""
    for attempt in (1, 2, 3):
        began = time.monotonic()
        try:
            result = work()
            patiently.slowest = max(patiently.slowest, time.monotonic() - began)
            return result
        except Slow:
            if attempt == 3:
                raise


patiently.slowest = 0.0


class Login:
    """An honest login by key."""

    def __init__(self, world):
        self.world = world

    def __call__(self):
        began = time.monotonic()
        self.world.alice.login(self.world.connect()).stream.close()
        if time.monotonic() - began > SOON:
            raise Slow("alice could not log in within a second")


class Call:
    """An honest call of somebody who listens, and a text that is taken."""

    def __init__(self, world, callee):
        self.world, self.callee = world, callee
        self.line = Line(world.alice, world.connect())

    def __call__(self):
        began = time.monotonic()
        link = self.line.meet(self.callee, e.MESSAGE)
        link.stream.send(e.say("text", e.num(1, 1) + e.text(2, "hello")))
        body = people.next_frame(link.stream, link.frames, e.CONTROL)
        link.stream.send(e.say("close"))
        link.stream.close()
        if e.LINKS["taken"] not in e.fields(body):
            raise people.Unexpected(f"alice's text was not taken: {body.hex()}")
        if time.monotonic() - began > SOON:
            raise Slow("alice's call was not served within a second")
