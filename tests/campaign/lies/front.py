"""Front: the lying server. It stands before a real one over tcp, where nothing behind the proofs is signed, and so can
say all that the server itself could."""

import threading

import encode as e
from double import Double
from messages import ASKED, changed, name_of
from wire import Stream


class Line:
    """One client's connection through the front."""

    def __init__(self, client, server):
        self.client, self.server, self.user, self.role = client, server, "", 0
        self.lock = threading.Lock()

    def say(self, body):
        with self.lock:
            self.client.send(e.control(body))


class Front(Double):
    """Before a real server. What it was told to lie about is in `lies`: (to whom, which message): what instead.

    `instead` is given the message and gives another, or None to say nothing, or a list of whole frames. `asked` are
    those about requests, by (who asks, which), and are given the line and the request's number, too. `known` is what
    the server knows of each user: keys, devices, lists.
    """

    def __init__(self, server_port):
        self.server_port = server_port
        self.lies, self.asked, self.known, self.lines, self.told, self.instead = {}, {}, {}, [], 0, None
        self.announced = {}  # where each listens
        self.said = []  # (to whom, name, message) as the server said it
        super().__init__()

    def honest(self):
        self.lies, self.asked, self.told, self.instead, self.said, self.read = {}, {}, 0, None, [], bytearray()
        self.announced, self.problems = {}, []

    def lie(self, user, message, instead):
        self.lies[user, message] = instead

    def bend(self, user, request, instead):
        self.asked[user, request] = instead

    def bitten(self):
        self.board.change(lambda: setattr(self, "told", self.told + 1))

    def line_of(self, user):
        """The newest connection of a user."""
        return next((line for line in reversed(self.lines) if line.user == user), None)

    def event(self, user, name, body):
        """The server says that to them, unasked."""
        self.bitten()
        self.line_of(user).say(e.text(e.SAID[name], body))

    def serve(self, stream):
        if self.instead:
            self.bitten()
            return self.instead(stream)
        server = self.keep(Stream(self.server_port, "127.0.0.1"))
        line = Line(stream, server)
        try:
            self.pump([(stream, server, lambda *frame: self._up(line, *frame)),
                       (server, _Locked(line), lambda *frame: self._down(line, *frame))])
        finally:
            self.drop(server)

    def _up(self, line, kind, body):
        if kind == e.HELLO:
            self._learn(line, e.fields(body))
        if kind != e.CONTROL:
            return [(kind, body)]
        name, inner = name_of(body, ASKED)
        about = self.known.setdefault(line.user, {"lists": []})
        if name == "announce":
            self.board.change(lambda: self.announced.update({line.user: e.first(inner, 2).decode()}))
        listed = {"register": 4, "enrol": 1, "passwd": 1}.get(name)
        if listed:
            about["lists"].append(e.first(inner, listed))
        bend = self.asked.get((line.user, name))
        answer = bend and (lambda asked: bend(asked, line, e.first(body, 1, 0)))
        return self._bent(answer, kind, body, e.CLIENT.get(name), inner)

    def _learn(self, line, hello):
        line.user, line.role = hello.get(4, [b""])[0].decode(), hello[3][0]
        about = self.known.setdefault(line.user, {"lists": []})
        if line.role == e.REGISTER:
            about["account"] = hello[6][0]
        if line.role == e.DEVICE:
            about["device_id"], about["device"] = hello[5][0], hello[6][0]
        self.board.change(lambda: self.lines.append(line))

    def _down(self, line, kind, body):
        if kind != e.CONTROL:
            return self._bent(self.lies.get((line.user, kind)), kind, body, None, body)
        name, inner = name_of(body)
        self.board.change(lambda: self.said.append((line.user, name, inner)))
        return self._bent(self.lies.get((line.user, name)), kind, body, e.SAID.get(name), inner)

    def _bent(self, lie, kind, body, number, inner):
        if not lie:
            return [(kind, body)]
        self.bitten()
        instead = lie(inner)
        if instead is None:
            return []
        if isinstance(instead, list):  # whole frames
            return instead
        return [(kind, instead if number is None else changed(body, [number], instead))]


class _Locked:
    """A line's client as a sink of the pump: events may be said in between, by another thread."""

    def __init__(self, line):
        self.line, self.socket = line, line.client.socket

    def send(self, data):
        with self.line.lock:
            self.line.client.send(data)

    def half_close(self):
        self.line.client.half_close()
