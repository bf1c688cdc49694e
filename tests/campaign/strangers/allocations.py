"""Allocations: what a server allocates for each stranger, by a counting allocator, against what the stranger sent."""

import collections
import random
import socket
import ssl
import struct

from hall import DEVICE_HELLO, HELLO, KIB, LONG, PROBE, ROLE_DEVICE, Hall, client_hello, frame, hello, tls_context

SOURCES = 200
TCP, TLS = 16 * KIB, 96 * KIB  # beyond four times what was received
CONTROL, PROOF = 4, 3


def long_hello(room):
    """A hello whose frame is as long as it may be, less `room` bytes."""
    fields = {"f4": b"user000001", "f5": b"d" * 16, "f6": b"k" * 32, "f7": b"n" * 32}
    short = hello(ROLE_DEVICE, **fields)
    padding = 4095 - len(short) - 3 - room
    return frame(HELLO, short + b"\x4a" + bytes([padding & 0x7F | 0x80, padding >> 7]) + b"l" * padding)


def many_protocols():
    """A ClientHello of nearly 4 KiB: all ALPN names but one are padding."""
    return client_hello(["p2pc/1"] + ["x" * 250] * 13)


class Stranger:
    """One connection that sends some bytes: `sent` counts those on the wire."""

    def __init__(self, port, number):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60,
                                               source_address=(f"127.0.{7 + number % SOURCES // 250}."
                                                               f"{1 + number % SOURCES % 250}", 0))
        self.sent = 0

    def say(self, data):
        try:
            self.socket.sendall(data)
            self.sent += len(data)
        except ConnectionError:
            pass  # put out before it was through

    def shake_hands(self, data):
        """TLS up, and `data` through it."""
        heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = tls_context().wrap_bio(heard, said)
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.say(said.read())
                heard.write(self.socket.recv(65536))
        if data:
            session.write(data)
        self.say(said.read())

    def heard_until_end(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
            while self.socket.recv(65536):
                pass
        except OSError:
            pass  # reset, or already gone
        self.socket.close()


class Flight:
    """Something a stranger sends. `secure`: through TLS; `hello`: a whole ClientHello is in it."""

    def __init__(self, name, scheme, data, secure=False, whole=False):
        self.name, self.scheme, self.data, self.secure = name, scheme, data, secure
        self.beyond = TLS if secure or whole else TCP

    def send(self, server, number):
        stranger = Stranger(server.ports[self.scheme], number)
        if self.secure:
            stranger.shake_hands(self.data)
        else:
            stranger.say(self.data)
        return stranger


def flights(draw):
    client = client_hello()
    longest = many_protocols()
    frames = {
        "nothing": b"",
        "3 bytes": DEVICE_HELLO[:3],
        "a header": DEVICE_HELLO[:5],
        "a hello but for a byte": DEVICE_HELLO[:-1],
        "a hello": DEVICE_HELLO,
        "a hello and half a proof": DEVICE_HELLO + frame(PROOF, b"s" * 64)[:30],
        "a hello and a wrong proof": DEVICE_HELLO + frame(PROOF, b"s" * 64),
        "the longest hello but for a byte": long_hello(0)[:-1],
        "the longest hello": long_hello(0),
        "the longest hello, and more": long_hello(0) + long_hello(0),
        "a hello of a byte too many": long_hello(-1),
        "a frame of 64 KiB": frame(HELLO, b"x" * 65535),
        "a request of 64 KiB": frame(CONTROL, b"x" * 65535),
        "a length of 4 GiB": struct.pack("!IB", 0xFFFFFFFF, HELLO) + b"x" * 100,
        "HTTP": b"GET / HTTP/1.1\r\n\r\n",
        "noise": draw.randbytes(64 * KIB),
        "zeros": bytes(64 * KIB),
    }
    found = [Flight(name, "tcp", data) for name, data in frames.items()]
    found += [Flight(name, "tls", data, secure=True) for name, data in frames.items()]
    found += [
        Flight("nothing, not even TLS", "tls", b""),
        Flight("a byte of a ClientHello", "tls", client[:1]),
        Flight("a ClientHello but for a byte", "tls", client[:-1]),
        Flight("a ClientHello", "tls", client, whole=True),
        Flight("a ClientHello, and noise", "tls", client + draw.randbytes(16 * KIB), whole=True),
        Flight("a ClientHello of nearly 4 KiB but for a byte", "tls", longest[:-1]),
        Flight("a ClientHello of nearly 4 KiB", "tls", longest, whole=True),
        Flight("a record of 64 KiB", "tls", b"\x16\x03\x01\xff\xff" + b"\1" * 4096),
        Flight("noise to TLS", "tls", draw.randbytes(64 * KIB)),
    ]
    for data, scheme in ((DEVICE_HELLO, "tcp"), (long_hello(0), "tcp"), (client, "tls"), (longest, "tls")):
        for size in sorted(draw.sample(range(1, len(data)), 8 if LONG else 2)):
            found.append(Flight(f"{size} of {len(data)} bytes", scheme, data[:size]))
    return found


class Allocations(Hall):
    def barrier(self, server):
        """What strangers sent before has been read: two questions after one another come behind it."""
        for _ in range(2):
            asking = Stranger(server.ports["tcp"], SOURCES - 1)
            asking.say(PROBE)
            self.assertTrue(asking.socket.recv(1))
            asking.heard_until_end()

    def judge_flight(self, how, flight, figure, most):
        """Remembers it; a line at once where it is wrong."""
        scheme = "tls, whole hello" if flight.beyond == TLS else flight.scheme
        self.figures[how, scheme].append((figure - most, figure, most, flight.name))
        if figure > most:
            self.rule(f"{how}, {flight.scheme}, {flight.name}", figure / KIB, "KiB", most=most / KIB)

    count = 400 if LONG else 60

    def test_strangers_cost_little_more_than_they_send(self):
        seed = random.SystemRandom().getrandbits(32)
        self.figures = collections.defaultdict(list)
        with self.subTest(seed=seed):
            all_flights = flights(random.Random(seed))
            server = self.served(1)
            for flight in all_flights:  # what is made once is made now
                flight.send(server, 0).heard_until_end()
            self.one_at_a_time(server, all_flights)
            self.many_at_once(server, all_flights)
            print(f"{len(all_flights)} flights, alone and {self.count} at once, seed {seed}")
            for (how, scheme), of_kind in self.figures.items():
                _, figure, most, name = max(of_kind)
                self.rule(f"{how}, {scheme}, nearest to its bound '{name}'", figure / KIB, "KiB", most=most / KIB)
            self.judge()

    def one_at_a_time(self, server, all_flights):
        for flight in all_flights:
            self.barrier(server)
            idle = server.memory.live()
            server.memory.forget_peak()
            stranger = flight.send(server, 0)
            stranger.heard_until_end()
            most = 4 * stranger.sent + flight.beyond
            self.judge_flight("allocated for one at any moment", flight, server.memory.peak() - idle, most)

    def many_at_once(self, server, all_flights):
        for flight in all_flights:
            self.barrier(server)
            idle = server.memory.live()
            strangers = [flight.send(server, number) for number in range(self.count)]
            self.barrier(server)
            held = (server.memory.live() - idle) / self.count
            self.judge_flight("held by each of many", flight, held, flight.beyond)
            for stranger in strangers:
                stranger.heard_until_end()
