"""Connections of a test's own speaker: over tcp, and over tls with the channel binding, which Python's ssl has not."""

import ctypes
import ctypes.util
import itertools
import select
import socket
import struct
import time

ALPN = b"\x06p2pc/1"
VERSION_1_2, VERSION_1_3 = 0x0303, 0x0304
_SET_MIN_VERSION, _SET_MAX_VERSION = 123, 124
_sources = itertools.count(2)


def fresh_source():
    """An address of this machine that nobody has come from yet: what failures cost a source, they cost another."""
    number = next(_sources)
    return f"127.{1 + number // 62500}.{number // 250 % 250}.{number % 250 + 2}"


class Stream:
    """A tcp connection. `heard` collects what comes; `ended` says that nothing more will."""

    binding, bound = b"\x04none\x00", False

    def __init__(self, port, source=None):
        self.socket = socket.socket()
        self.socket.bind((source or fresh_source(), 0))
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.heard, self.ended = bytearray(), False

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # it has ended: what is still there to be read says how

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def receive(self, until):
        """Reads once, for as long as that; whether there was anything, an end included."""
        if self.ended or not self._readable(max(0.0, until - time.monotonic())):
            return False
        try:
            piece = self._read()
        except OSError:
            piece = b""
        self.heard += piece
        self.ended = not piece
        return True

    def pending(self):
        """Whether there is something to be read of which the socket knows nothing."""
        return False

    def frames(self):
        """Takes the whole frames out of what was heard, without beats."""
        found = []
        while len(self.heard) >= 5:
            length, kind = struct.unpack("!IB", self.heard[:5])
            if len(self.heard) < length + 4 or length == 0:
                break
            if kind != 5:
                found.append((kind, bytes(self.heard[5:4 + length])))
            del self.heard[:4 + length]
        return found

    def close(self):
        self.socket.close()

    def _readable(self, seconds):
        return bool(select.select([self.socket], [], [], seconds)[0])

    def _read(self):
        return self.socket.recv(65536)


def _library():
    ssl = ctypes.CDLL(ctypes.util.find_library("ssl"))
    for name in "TLS_client_method SSL_CTX_new SSL_new".split():
        getattr(ssl, name).restype = ctypes.c_void_p
    return ssl


class TlsStream(Stream):
    """The same over TLS. `tls` is whether the handshake came to its end."""

    _ssl = _context = None
    bound = True

    def __init__(self, port, source=None, highest=VERSION_1_3, alpn=ALPN):
        super().__init__(port, source)
        self.prepare()
        self._session = ctypes.c_void_p(self._ssl.SSL_new(self._context))
        self._ssl.SSL_ctrl(self._session, _SET_MAX_VERSION, ctypes.c_long(highest), None)
        if alpn:
            self._ssl.SSL_set_alpn_protos(self._session, alpn, len(alpn))
        self.socket.setblocking(True)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 10, 0))
        self._ssl.SSL_set_fd(self._session, self.socket.fileno())
        self.tls = self._ssl.SSL_connect(self._session) == 1
        self._learn_binding()

    @staticmethod
    def prepare():
        cls = TlsStream
        if cls._ssl is None:
            cls._ssl = _library()
            cls._context = ctypes.c_void_p(cls._ssl.SSL_CTX_new(ctypes.c_void_p(cls._ssl.TLS_client_method())))

    def _learn_binding(self):
        if self.tls:
            value = ctypes.create_string_buffer(32)
            label = b"EXPORTER-Channel-Binding"
            self._ssl.SSL_export_keying_material(self._session, value, ctypes.c_size_t(32), label,
                                                 ctypes.c_size_t(len(label)), b"", ctypes.c_size_t(0), 1)
            self.binding = b"\x0ctls-exporter\x20" + value.raw
        else:
            self.ended = True

    def send(self, data):
        if self.tls and data:
            self._ssl.SSL_write(self._session, data, len(data))

    def half_close(self):
        if self.tls:
            self._ssl.SSL_shutdown(self._session)
        super().half_close()

    def close(self):
        if self._session:
            self._ssl.SSL_free(self._session)
            self._session = None
        super().close()

    def pending(self):
        return self._ssl.SSL_pending(self._session) > 0

    def _readable(self, seconds):
        return self.pending() or super()._readable(seconds)

    def _read(self):
        buffer = ctypes.create_string_buffer(65536)
        got = self._ssl.SSL_read(self._session, buffer, len(buffer))
        return buffer.raw[:got] if got > 0 else b""
