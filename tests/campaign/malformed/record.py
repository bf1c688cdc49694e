"""What real commands send: a relay in front of a server, and one in front of a client that listens, keep it.

Over tcp nothing is signed behind the proofs, so the relay can put its own address in the place of the client's.
"""

import os
import socket
import struct
import threading

import encode as e


class Relay:
    """Passes on what it hears and keeps what the openers said, one bytearray a connection."""

    def __init__(self, port=0):
        self.target, self.replaced, self.said = None, [], []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                opener, _ = self._listener.accept()
            except OSError:
                return
            self.said.append(bytearray())
            threading.Thread(target=self._serve, args=(opener, self.said[-1]), daemon=True).start()

    def _serve(self, opener, kept):
        with opener, socket.create_connection(("127.0.0.1", self.target)) as acceptor:
            back = threading.Thread(target=self._pass, args=(acceptor, opener, None), daemon=True)
            back.start()
            self._pass(opener, acceptor, kept)
            back.join()

    def _pass(self, source, sink, kept):
        try:
            while piece := source.recv(65536):
                if kept is not None:
                    kept += piece
                    for old, new in self.replaced:
                        piece = piece.replace(old, new)
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of the two has gone, and so will the other


def split(stream):
    """The frames of what one side said: (type, body)."""
    frames, at = [], 0
    while len(stream) - at >= 5:
        length, kind = struct.unpack("!IB", stream[at:at + 5])
        frames.append((kind, bytes(stream[at + 5:at + 4 + length])))
        at += 4 + length
    return frames


def joined(frames):
    return b"".join(e.frame(kind, body) for kind, body in frames)


def behind_proof(stream):
    """The frames that were said to somebody proven, without beats."""
    frames = split(stream)
    kinds = [kind for kind, _ in frames]
    if e.PROOF not in kinds:
        return []
    return [frame for frame in frames[kinds.index(e.PROOF) + 1:] if frame[0] != e.BEAT]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def record(case):
    """(flights to a server from their first byte, requests of clients, flights on links behind their proof)."""
    server = case.server("tcp", name="recorded")
    to_server, to_client = Relay(), Relay()
    to_server.target, to_client.target = server.port, free_port()
    hidden = b"127.0.0.1:%d" % to_client.target, b"127.0.0.1:%d" % to_client.port
    dead = free_port()
    to_server.replaced = [hidden]
    url = f"tcp://127.0.0.1:{to_server.port}#{server.fingerprint}"
    homes = {}
    for name in ("dora", "erin"):
        homes[name] = case.home(name)
        case.run_ok("register", name, "--server", url, "--password-file", homes[name].password_file, home=homes[name])
    second = case.home("dora-too")
    case.run_ok("login", "dora", "--server", url, "--password-file", second.password_file, home=second)
    for words in (["list"], ["list", "--all"], ["info", "erin"], ["sessions"], ["login", "--open-window"]):
        case.run_p2pc(*words, home=homes["dora"])
    waiting = case.spawn("receive", "-o", case.path("recorded") + "/", "--from", "dora", "--listen",
                         f"tcp://127.0.0.1:{to_client.target}", home=homes["erin"], json=True)
    waiting.expect_record("listening")
    case.write_file("tree/inner/b.txt", b"b" * 3000)
    case.write_file("tree/a.txt", b"a" * 70)
    os.symlink("a.txt", case.path("tree", "link"))
    with open(case.write_file("sparse", b""), "r+b") as sparse:
        sparse.truncate(1 << 20)
    listen = ["--listen", f"tcp://127.0.0.1:{dead}"]
    case.run_p2pc("send", "erin", "-m", "a message that was recorded", *listen, home=homes["dora"])
    case.run_p2pc("send", "erin", case.path("tree", "a.txt"), case.path("sparse"), "--checksum", "sha256", *listen,
                  home=homes["dora"])
    case.run_p2pc("send", "erin", case.path("tree"), *listen, home=homes["dora"])
    waiting.terminate()
    server.stop()
    to_server.close()
    to_client.close()
    flights = [bytes(said) for said in to_server.said if said]
    requests = [frame for said in flights for frame in behind_proof(said)]
    links = [frames for said in to_client.said if (frames := behind_proof(said))]
    return flights, requests, links
