"""Strangers at the door: whatever they say to the server or to a waiting client, they get nothing and it goes on."""

import os
import socket
import ssl
import struct
import time
import unittest

import p2pc

HELLO, CONTROL, BEAT, DATA = 1, 4, 5, 6


def frame(kind, body, length=None):
    return struct.pack("!IB", len(body) + 1 if length is None else length, kind) + body


def varint_field(number, value):
    return bytes([number << 3, value])


def bytes_field(number, value):
    return bytes([number << 3 | 2, len(value)]) + value


def hello(role, **fields):
    """A Hello of docs/protocol.md by field numbers."""
    body = varint_field(1, 1) + varint_field(2, 1) + varint_field(3, role)
    for number, value in sorted((int(name[1:]), value) for name, value in fields.items()):
        body += bytes_field(number, value)
    return body


class Strangers(p2pc.Case):
    def connect(self, port, tls=True):
        plain = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.addCleanup(plain.close)
        if not tls:
            return plain
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["p2pc/1"])
        secure = context.wrap_socket(plain)
        self.addCleanup(secure.close)
        return secure

    def heard(self, connection):
        """All it sends until it ends the connection."""
        got = b""
        try:
            while piece := connection.recv(65536):
                got += piece
        except (ConnectionError, ssl.SSLError):
            pass
        return got

    def say(self, connection, data):
        try:
            connection.sendall(data)
        except (ConnectionError, ssl.SSLError):
            pass

    def end(self, connection):
        try:
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other side was faster

    RAW = {
        "HTTP": b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "an SSH banner": b"SSH-2.0-OpenSSH_9.2\r\n",
        "noise": bytes(range(256)) * 16,
        "zeros": b"\0" * 4096,
        "a record of 64 KiB": b"\x16\x03\x01\xff\xff" + b"\1" * 4096,
        "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    }
    FRAMES = {
        "a length of 2^32-1": frame(HELLO, b"", 0xFFFFFFFF),
        "a length of 0": frame(HELLO, b"", 0),
        "a hello one byte too long": frame(HELLO, b"x" * 4096, 4097),
        "a control frame one byte too long": frame(CONTROL, b"x" * 4096, 4097),
        "an unknown type": frame(77, b"hello"),
        "data first": frame(DATA, b"\0" * 20),
        "a beat first": frame(BEAT, b"\0"),
        "a request before the login": frame(CONTROL, b"\x08\x01\x32\x00"),
        "a hello that is no message": frame(HELLO, b"\xff" * 60),
        "a hello with a field twice": frame(HELLO, hello(4) + varint_field(1, 1)),
        "a hello with a field of another type": frame(HELLO, varint_field(6, 1)),
        "a nonce on a bound stream": frame(HELLO, hello(4, f4=b"alice", f5=b"d" * 16, f6=b"k" * 32, f7=b"n" * 32)),
        "a hello with a key cut short": frame(HELLO, hello(4, f4=b"alice", f5=b"d" * 16, f6=b"k" * 31)),
        "SQL as a name": frame(HELLO, hello(4, f4=b"' OR 1=1 --", f5=b"d" * 16, f6=b"k" * 32)) + frame(3, b"s" * 64),
        "a forged proof": frame(HELLO, hello(4, f4=b"alice", f5=b"d" * 16, f6=b"k" * 32)) + frame(3, b"s" * 64),
    }

    def test_the_server_survives_every_stranger_and_tells_them_nothing(self):
        server = self.server()
        alice = self.person(server, "alice")
        for what, data in self.RAW.items():
            with self.subTest(what):
                connection = self.connect(server.port, tls=False)
                self.say(connection, data)
                self.end(connection)
                self.assertEqual(self.heard(connection), b"")
        for what, data in self.FRAMES.items():
            with self.subTest(what):
                connection = self.connect(server.port)
                self.say(connection, data)
                began = time.monotonic()
                self.assertEqual(self.heard(connection), b"")
                self.assertLess(time.monotonic() - began, 15)
        with self.subTest("TLS 1.2"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_alpn_protocols(["p2pc/1"])  # so that the version is all that is wrong
            plain = self.connect(server.port, tls=False)
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain)
        self.run_ok("list", home=alice)
        self.assertTrue(server.process.running())

    def test_a_stranger_that_trickles_is_gone_after_ten_seconds(self):
        server = self.server()
        connections = [self.connect(server.port, tls=False), self.connect(server.port)]
        for connection in connections:
            self.say(connection, b"\x16")
        began = time.monotonic()
        for connection in connections:
            self.assertEqual(self.heard(connection), b"")
        self.assertLess(time.monotonic() - began, 20)

    def test_a_waiting_client_answers_no_stranger_with_a_single_byte(self):
        server = self.server()
        self.person(server, "alice")
        bob = self.person(server, "bob")
        os.makedirs(self.path("inbox"))
        waiting = self.spawn("receive", "--from", "alice", "-o", "inbox", home=bob, json=True)
        port = int(waiting.expect_record("listening")["endpoints"][0].rpartition(":")[2])
        for what, data in self.RAW.items():
            with self.subTest(what):
                connection = self.connect(port, tls=False)
                self.say(connection, data)
                self.end(connection)
                self.assertEqual(self.heard(connection), b"")
        peer = hello(6, f4=b"alice", f5=b"d" * 16, f6=b"k" * 32, f8=b"a" * 32, f9=b"l" * 100, f10=b"s" * 16,
                     f11=b"t" * 32)
        hostile = dict(self.FRAMES)
        hostile["a peer with an invented ticket"] = frame(HELLO, peer) + frame(3, b"s" * 64)
        hostile["a bulk link of no session"] = frame(HELLO, peer + varint_field(12, 1)) + frame(3, b"s" * 64)
        for what, data in hostile.items():
            with self.subTest(what):
                connection = self.connect(port)
                self.say(connection, data)
                self.assertEqual(self.heard(connection), b"")
        self.run_ok("send", "bob", "-m", "still there?", home=p2pc.Home(self.folder, "alice"))
        waiting.expect_record("message", text="still there?")
        self.assertEqual([r["type"] for r in waiting.records][:3], ["listening", "session", "message"])


if __name__ == "__main__":
    unittest.main()
