"""Streams that were accepted: the other half of wire.py, with which a double sits where a server or a peer should."""

import ctypes
import socket
import struct

import certificate
from wire import Stream, TlsStream

_CHOOSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p),
                           ctypes.POINTER(ctypes.c_ubyte), ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p)
_PROTOCOL = ctypes.c_char_p(b"p2pc/1")


@_CHOOSE
def _choose(_session, out, size, _offered, _offered_size, _arg):
    out[0] = _PROTOCOL
    size[0] = 6
    return 0


class Accepted(Stream):
    def __init__(self, connection):
        self.socket = connection
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.heard, self.ended = bytearray(), False


class TlsAccepted(TlsStream):
    """`tls` is whether the handshake came to its end."""

    _serving = None

    def __init__(self, connection):
        self.socket = connection
        self.heard, self.ended = bytearray(), False
        self.prepare()
        self._session = ctypes.c_void_p(self._ssl.SSL_new(TlsAccepted._serving))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 10, 0))
        self._ssl.SSL_set_fd(self._session, self.socket.fileno())
        self.tls = self._ssl.SSL_accept(self._session) == 1
        self._learn_binding()

    @classmethod
    def present(cls, key):
        """Makes the certificate that all of them show."""
        cls.prepare()
        ssl, shown, secret = cls._ssl, certificate.self_signed(key), certificate.private(key)
        ssl.TLS_server_method.restype = ctypes.c_void_p
        ssl.d2i_AutoPrivateKey.restype = ctypes.c_void_p
        context = ctypes.c_void_p(ssl.SSL_CTX_new(ctypes.c_void_p(ssl.TLS_server_method())))
        known = ssl.SSL_CTX_use_certificate_ASN1(context, len(shown), shown)
        pointer = ctypes.c_char_p(secret)
        parsed = ssl.d2i_AutoPrivateKey(None, ctypes.byref(pointer), ctypes.c_long(len(secret)))
        if known != 1 or ssl.SSL_CTX_use_PrivateKey(context, ctypes.c_void_p(parsed)) != 1:
            raise AssertionError("the double's certificate is no good")
        ssl.SSL_CTX_set_alpn_select_cb(context, _choose, None)
        TlsAccepted._serving = context
