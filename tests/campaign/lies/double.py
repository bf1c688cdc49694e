"""Double: a program that sits where a server or a peer should, and keeps all that it could read."""

import select
import socket
import threading
import time
import traceback

import encode as e
from accepted import Accepted, TlsAccepted
from waiting import Board

LONG_ENOUGH = 60


class Gone(Exception):
    """The other side ended where something was due: it may."""


def due(stream, frames, kind):
    """The body of the next frame, which is of that kind where nobody ended before."""
    while not frames:
        if stream.ended or not stream.receive(time.monotonic() + LONG_ENOUGH):
            raise Gone
        frames += stream.frames()
    got, body = frames.pop(0)
    if got != kind:
        raise Gone
    return body


class Double:
    """Listens on loopback; each connection is served by a thread. `read` is all that could be read there."""

    scheme = "tcp"

    def __init__(self):
        self.read, self.problems, self.board, self.met = bytearray(), [], Board(), 0
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def close(self):
        for closing in (self._listener, *list(self._open)):
            try:
                closing.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._listener.close()

    def wait(self, look, what):
        """Until `look()` is true; what it gave."""
        return self.board.wait(look, what, lambda: "")

    def keep(self, stream):
        self._open.append(stream.socket)
        return stream

    def drop(self, stream):
        self._open.remove(stream.socket)
        stream.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._run, args=(connection,), daemon=True).start()

    def _run(self, connection):
        self.board.change(lambda: setattr(self, "met", self.met + 1))
        stream = None
        try:
            stream = TlsAccepted(connection) if self.scheme == "tls" else Accepted(connection)
            if not stream.ended:
                self.serve(stream)
        except (OSError, Gone):
            pass
        except Exception:  # a double with a fault must fail its test
            self.problems.append(traceback.format_exc())
        finally:
            if stream:
                stream.half_close()
                stream.close()
            connection.close()
            self._open.remove(connection)

    def took(self, frames):
        for kind, body in frames:
            self.read += body
        return frames

    def pump(self, pairs):
        """`pairs`: (from, to, what is said instead of a frame). Until both sides have ended."""
        left = list(pairs)
        while left:
            ready = [pair for pair in left if pair[0].pending()]
            if not ready:
                readable = select.select([pair[0].socket for pair in left], [], [], LONG_ENOUGH)[0]
                ready = [pair for pair in left if pair[0].socket in readable]
            for pair in ready:
                source, sink, instead = pair
                source.receive(time.monotonic())
                for kind, body in self.took(source.frames()):
                    for said in instead(kind, body):
                        sink.send(e.frame(*said))
                if source.ended:
                    sink.half_close()
                    left.remove(pair)


def as_it_is(kind, body):
    return [(kind, body)]
