"""Doubles in a peer's place: `Impostor` answers there, `Between` relays frames between two connections on which it has
proven nothing, `Cable` relays TLS records that it cannot read."""

import select
import time

import encode as e
from double import LONG_ENOUGH, Double, as_it_is, due
from people import PEER, statement
from wire import Stream, TlsStream


class Impostor(Double):
    """Answers in a peer's place, and then takes all that comes as a receiver does.

    `answer(hello, frames)` gives what it says to the opener's HELLO frames: (the body of its hello, a function from a
    statement to a signature).
    """

    def __init__(self, answer, scheme="tls"):
        self.answer, self.scheme = answer, scheme
        self.fooled = False  # somebody took it for the one they wanted
        super().__init__()

    def serve(self, stream):
        frames = []
        hello = due(stream, frames, e.HELLO)
        transcript = e.frame(e.HELLO, hello)
        if not stream.bound:
            challenge = bytes(32)
            transcript += e.frame(e.CHALLENGE, challenge)
            stream.send(e.frame(e.CHALLENGE, challenge))
        proof = due(stream, frames, e.PROOF)
        body, signed = self.answer(hello, proof)
        transcript += e.frame(e.HELLO, body)
        said = e.frame(e.HELLO, body) + e.frame(e.PROOF, signed(statement(stream, transcript, PEER, b"a")))
        stream.send(said)
        due(stream, frames, e.CONTROL)
        self.board.change(lambda: setattr(self, "fooled", True))
        self.transcript, self.stream = transcript, stream
        self.converse(stream, frames, hello)

    def converse(self, stream, frames, _hello):
        while True:
            body = due(stream, frames, e.CONTROL)
            self.read += body
            for name, number in e.LINKS.items():
                inner = e.first(body, number)
                if inner is not None and name == "text":
                    stream.send(e.say("taken", e.num(1, e.first(inner, 1))))
                if inner is not None and name == "offer":
                    stream.send(e.say("offered", e.num(1, e.first(inner, 1))))


class Between(Double):
    """Two connections, one accepted and one made, and frames from one to the other. It has no key."""

    def __init__(self, target, scheme="tls", onward="tls", instead=as_it_is, back=as_it_is):
        self.target, self.scheme, self.onward, self.instead, self.back = target, scheme, onward, instead, back
        super().__init__()

    def serve(self, stream):
        other = self.keep((TlsStream if self.onward == "tls" else Stream)(self.target(), "127.0.0.1"))
        try:
            self.pump([(stream, other, self.instead), (other, stream, self.back)])
        finally:
            self.drop(other)


class Cable(Double):
    """TLS records from one connection to the other, of which it can read nothing but the lengths.

    `there` and `back` are given each record and the cable, and give what is passed on, or None: the line is cut.
    """

    def __init__(self, target, there=None, back=None):
        self.target, self.bends, self.large = target, (there, back), 0
        super().__init__()

    @property
    def endpoint(self):
        return f"tls://127.0.0.1:{self.port}"

    def serve(self, stream):
        other = self.keep(Stream(self.target(), "127.0.0.1"))
        sides = [(stream, other, self.bends[0]), (other, stream, self.bends[1])]
        try:
            while sides:
                readable = select.select([source.socket for source, _, _ in sides], [], [], LONG_ENOUGH)[0]
                for source, sink, bend in [side for side in sides if side[0].socket in readable]:
                    source.receive(time.monotonic())
                    for record in records(source.heard):
                        self.read += record
                        said = bend(record, self) if bend else record
                        if said is None:
                            return
                        sink.send(said)
                    if source.ended:
                        sink.half_close()
                        sides.remove((source, sink, bend))
        finally:
            self.drop(other)


def records(heard):
    """Takes the whole TLS records out of what was heard."""
    found = []
    while len(heard) >= 5 and len(heard) >= (size := 5 + int.from_bytes(heard[3:5], "big")):
        found.append(bytes(heard[:size]))
        del heard[:size]
    return found
