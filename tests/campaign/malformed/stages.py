"""Where an input is put in: each stage opens a connection up to there as everybody does, and hands it over.

A stage is a context: `open()` gives what the case builds its bytes from (an Opening with what belongs to it),
`sentinel()` asks for something right behind the input, and gives what was said before the answer came.
"""

import time

import encode as e
from expect import SOON, Slow, hear
from people import PEER, NotTaken, Opening
from wire import Stream

LAST = 77777  # the number of what a sentinel asks


def reply_to(number):
    return lambda frame: frame[0] == e.CONTROL and e.first(frame[1], 1, 0) == number


def text_taken(frame):
    body = e.first(frame[1], e.LINKS["taken"]) if frame[0] == e.CONTROL else None
    return body is not None and e.first(body, 1, 0) == LAST


def answered(opened, question, is_answer):
    """Asks; what was said before the answer."""
    opened.stream.send(question)
    hear(opened, lambda frames: any(is_answer(f) for f in frames))
    at = next((k for k, f in enumerate(opened.frames) if is_answer(f)), None)
    if at is None and opened.stream.ended:
        raise AssertionError(f"it closed, having said {[(k, b[:60].hex()) for k, b in opened.frames]}")
    if at is None:
        raise Slow("no answer to what came behind")
    opened.late = False
    said, opened.frames = opened.frames[:at], opened.frames[at + 1:]
    return said


class Bare:
    """A connection on which nothing was said."""

    late = False

    def __init__(self, stream):
        self.stream, self.frames, self.transcript = stream, [], b""


class Door:
    """Nothing was said: a stranger at the server, or at a listening client."""

    def __init__(self, world, port, stream=Stream):
        self.world, self.port, self.stream = world, port, stream

    def open(self):
        bare = Bare(self.stream(self.port))
        bare.world = self.world
        return bare

    def put(self, opened, data):
        opened.stream.send(data)

    def sentinel(self, opened):
        return answered(opened, e.ask("list", number=LAST), reply_to(LAST))


class HelloSaid(Door):
    """The case is (hello, key): the hello was said, challenged where that is due, and proven with that key."""

    def put(self, opened, case):
        body, key = case
        opening = Opening(opened.stream, body)
        if key:
            opened.stream.send(opening.challenged().proof(key))
        opened.frames = opening.frames


class ProofDue(Door):
    """The hello of a real account was said; its proof is due."""

    def open(self):
        stream, who = self.stream(self.port), self.world.eve
        body = e.hello(e.DEVICE, who.name, who.device_key.public, who.nonce(stream), device_id=who.device_id)
        opening = Opening(stream, body).challenged()
        opening.world, opening.key, opening.said_hello = self.world, who.device_key, body
        return opening


class RegisterDue(Door):
    """A new account key was proven; the first request is due. `who` is the new account."""

    def open(self):
        stream, who = self.stream(self.port), self.world.newcomer()
        opening = Opening(stream, e.hello(e.REGISTER, who.name, who.key.public, who.nonce(stream))).challenged()
        opening.world, opening.who = self.world, who
        return opening

    def put(self, opened, data):
        opened.stream.send(opened.proof(opened.who.key) + data)
        opened.answered()


class EnrolDue(Door):
    """A right password was shown; an enrolment is due. `who` has one device, and its list the serial 1."""

    def open(self):
        who = self.world.newcomer()
        who.register(self.stream(self.port)).stream.close()
        opening = who.login_by_password(self.stream(self.port))
        opening.world, opening.who = self.world, who
        return opening

    def devices_of(self, who):
        """Those the server has, as whoever knows the password is told."""
        opening = who.login_by_password(self.stream(self.port))
        opening.stream.close()
        return e.first(opening.welcome, 3)


class Request(Door):
    """Logged in by the key of a device."""

    def open(self):
        opening = self.world.eve_login(self.stream)
        opening.world, opening.who = self.world, self.world.eve
        return opening


class FirstOfAll(Request):
    """As Request, by an account of its own."""

    def open(self):
        who = self.world.newcomer()
        opening = who.register(self.stream(self.port))
        opening.world, opening.who = self.world, who
        return opening


class PeerStage:
    """At the client `callee`, who took a call: the world's eve is introduced to it."""

    kind = e.FILES

    def __init__(self, world, callee, kind=None):
        self.world, self.callee, self.kind = world, callee, kind or self.kind

    def put(self, opened, data):
        opened.stream.send(data)


class PeerHello(PeerStage):
    """The case is (hello, key): said to the client, and proven where it is challenged."""

    def open(self):
        call = self.world.eve_line().call(self.callee, self.kind)
        bare = Bare(Stream(call.ports[0], "127.0.0.1"))
        bare.world, bare.who, bare.call = self.world, self.world.eve, call
        return bare

    def put(self, opened, body):
        opened.stream.send(e.frame(e.HELLO, body))


class PeerProof(PeerStage):
    """The hello of an introduced client was said; its proof is due."""

    def open(self):
        call, who = self.world.eve_line().call(self.callee, self.kind), self.world.eve
        stream = Stream(call.ports[0], "127.0.0.1")
        body = who.hello_to_peer(call, stream)
        opening = Opening(stream, body, PEER).challenged()
        opening.world, opening.key, opening.said_hello = self.world, who.device_key, body
        return opening


class Proven(PeerStage):
    """Both proofs were made; the caller has not chosen the link yet."""

    def open(self):
        line = self.world.eve_line()
        opening = line.dial(line.call(self.callee, self.kind))
        opening.world = self.world
        return opening


class Link(PeerStage):
    """The link is up."""

    def open(self):
        opening = self.world.eve_line().meet(self.callee, self.kind)
        opening.world = self.world
        return opening

    def sentinel(self, opened):
        return answered(opened, e.say("text", e.num(1, LAST) + e.text(2, "still there?")), text_taken)


class Delivery(Link):
    """An offer (number 1) was accepted."""

    def open(self):
        opening = super().open()
        opening.stream.send(e.say("offer", e.num(1, 1)))
        hear(opening, lambda frames: bool(frames))
        kind, body = opening.frames.pop(0)
        offer = e.first(body, e.LINKS["offered"])
        if kind != e.CONTROL or offer is None or e.first(offer, 2, 0) != 0:
            raise AssertionError(f"the offer was not taken: {body.hex()}")
        return opening


class Lane(Delivery):
    """A second connection of the delivery, proven, on which nothing was said; `first` is the delivery's own."""

    def open(self):
        first, who = super().open(), self.world.eve
        stream = Stream(first.call.ports[0], "127.0.0.1")
        body = who.hello_to_peer(first.call, stream, ticket=None, use=1)
        opening = Opening(stream, body, PEER).challenged()
        stream.send(opening.proof(who.device_key))
        opening.answered()
        opening.first, opening.call, opening.world = first, first.call, self.world
        return opening


class Invited(Link):
    """A call of a chat was taken; an invitation is due."""

    kind = e.CHAT

    def open(self):
        # There is one conversation at a time, and the one before is only just over.
        until = time.monotonic() + SOON
        while time.monotonic() < until:
            try:
                return super().open()
            except NotTaken:
                continue
        raise Slow("no call was taken within a second")


class Conversation(Invited):
    """A call of a chat was taken, and the invitation accepted."""

    def open(self):
        until = time.monotonic() + SOON
        while time.monotonic() < until:
            opening = super().open()
            opening.stream.send(e.say("invite"))
            hear(opening, lambda frames: bool(frames))
            answer = e.first(opening.frames.pop(0)[1], e.LINKS["invited"]) if opening.frames else None
            if answer and e.first(answer, 1, 0):
                return opening
            opening.stream.close()
        raise Slow("no conversation within a second")
