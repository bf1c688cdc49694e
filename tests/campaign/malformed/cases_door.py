"""What strangers say first: to the server, and the same to a listening client."""

import os
import struct

import encode as e
from expect import CLOSED, Case, Closed, Waits

NOISE = bytes(range(256)) * 16
TLS_HELLO = bytes.fromhex("16030100c8010000c40303") + NOISE[:192]

# Other protocols whose clients speak first.
BANNERS = [
    Case("HTTP/1.1", b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", CLOSED),
    Case("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", CLOSED),
    Case("a proxy's CONNECT", b"CONNECT example.org:443 HTTP/1.1\r\n\r\n", CLOSED),
    Case("a WebSocket upgrade", b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", CLOSED),
    Case("an SSH banner", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", CLOSED),
    Case("SMTP", b"EHLO mail.example.org\r\n", CLOSED),
    Case("FTP", b"USER anonymous\r\n", CLOSED),
    Case("IMAP", b"a001 LOGIN user pass\r\n", CLOSED),
    Case("IRC", b"NICK eve\r\nUSER eve 0 * :eve\r\n", CLOSED),
    Case("XMPP", b"<?xml version='1.0'?><stream:stream to='example.org'>", CLOSED),
    Case("Redis", b"*1\r\n$4\r\nPING\r\n", CLOSED),
    Case("memcached", b"stats\r\n", CLOSED),
    Case("SIP", b"OPTIONS sip:x SIP/2.0\r\n\r\n", CLOSED),
    Case("RTSP", b"DESCRIBE rtsp://x/ RTSP/1.0\r\n\r\n", CLOSED),
    Case("BitTorrent", b"\x13BitTorrent protocol" + bytes(48), CLOSED),
    Case("MQTT", b"\x10\x10\0\4MQTT\4\2\0\x3c\0\4eve1", CLOSED),
    Case("AMQP", b"AMQP\0\0\x09\x01", CLOSED),
    Case("an LDAP bind", b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00", CLOSED),
    Case("SMB", b"\0\0\0\x54\xffSMBr" + bytes(75), CLOSED),
    Case("RDP", b"\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0", CLOSED),
    Case("VNC", b"RFB 003.008\n", CLOSED),
    Case("telnet", b"\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18", CLOSED),
    Case("SOCKS 4", b"\x04\x01\x00\x50\x7f\0\0\1eve\0", CLOSED),
    Case("SOCKS 5, three bytes", b"\x05\x01\x00", Waits()),
    Case("a PostgreSQL request for TLS, eight bytes", b"\0\0\0\x08\x04\xd2\x16\x2f", Waits()),
    Case("a PostgreSQL start", b"\0\0\0\x22\0\3\0\0user\0eve\0database\0x\0\0", CLOSED),
    Case("DNS over tcp", b"\0\x1d\x12\x34\x01\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1", CLOSED),
    Case("PROXY protocol 1", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", CLOSED),
    Case("PROXY protocol 2", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12), CLOSED),
    Case("a TLS hello where there is no TLS", TLS_HELLO, CLOSED),
    Case("a TLS alert", b"\x15\x03\x03\0\x02\x02\x28", CLOSED),
    Case("a TLS record of 64 KiB", b"\x16\x03\x01\xff\xff" + b"\1" * 4096, CLOSED),
    Case("an empty line", b"\r\n", Waits()),
    Case("4 KiB of every byte", NOISE, CLOSED),
    Case("4 KiB of zeros", bytes(4096), CLOSED),
    Case("4 KiB of ones", b"\xff" * 4096, CLOSED),
    Case("1 MiB of random bytes of a wrong type", b"\0\0\0\x20\x99" + os.urandom(1 << 20), CLOSED),
    Case("JSON", b'{"type":"hello","user":"alice"}\n', CLOSED),
    Case("nothing", b"", Waits()),
]

# Frames that may not come first, and lengths no frame has.
FRAMES = [
    Case("a length of 0", e.frame(e.HELLO, length=0), CLOSED),
    Case("a hello without a body", e.frame(e.HELLO), CLOSED),
    Case("a length of 2^32-1", e.frame(e.HELLO, length=2**32 - 1), CLOSED),
    Case("a length of 2^31", e.frame(e.HELLO, length=2**31), CLOSED),
    Case("a length of 2^31-1", e.frame(e.HELLO, length=2**31 - 1), CLOSED),
    Case("a length of 65537", e.frame(e.HELLO, length=65537), CLOSED),
    Case("a hello of 4097", e.frame(e.HELLO, bytes(4096)), CLOSED),
    Case("a hello of 4096 that is no message", e.frame(e.HELLO, bytes(4095)), CLOSED),
    Case("the length in the order of the wrong end", struct.pack("<IB", 66, 1) + bytes(65), CLOSED),
    Case("a challenge", e.frame(e.CHALLENGE, bytes(32)), CLOSED),
    Case("a challenge of 34", e.frame(e.CHALLENGE, bytes(33)), CLOSED),
    Case("a challenge of 32", e.frame(e.CHALLENGE, bytes(31)), CLOSED),
    Case("a proof", e.frame(e.PROOF, bytes(64)), CLOSED),
    Case("a proof of 64", e.frame(e.PROOF, bytes(63)), CLOSED),
    Case("a proof of 66", e.frame(e.PROOF, bytes(65)), CLOSED),
    Case("a request before the login", e.ask("list"), CLOSED),
    Case("a registration before the hello", e.ask("register", bytes(200)), CLOSED),
    Case("a message before the hello", e.say("text", e.num(1, 1) + e.text(2, "hi")), CLOSED),
    Case("an offer before the hello", e.say("offer", e.num(1, 1)), CLOSED),
    Case("a control frame of 4097", e.control(bytes(4096)), CLOSED),
    Case("a control frame of 65536", e.control(bytes(65535)), CLOSED),
    Case("an empty control frame", e.control(b""), CLOSED),
    Case("a beat", e.frame(e.BEAT, b"\0"), CLOSED),
    Case("data", e.data(1, 0, b"x" * 20), CLOSED),
    Case("1 MiB of data", e.data(1, 0, bytes(1 << 20)), CLOSED),
    Case("a refusal", e.frame(e.REFUSE, e.num(1, 8)), CLOSED),
    Case("type 0", e.frame(0, b"hello"), CLOSED),
    Case("type 8", e.frame(8, b"hello"), CLOSED),
    Case("type 77", e.frame(77, b"hello"), CLOSED),
    Case("type 129", e.frame(129, b"hello"), CLOSED),
    Case("type 255", e.frame(255, b"hello"), CLOSED),
    Case("one byte", b"\0", Waits()),
    Case("four bytes of a length", b"\0\0\0\x42", Waits()),
    Case("a header and no body", e.frame(e.HELLO, length=66), Waits()),
    Case("a hello without its last byte", e.frame(e.HELLO, bytes(64), 66), Waits()),
    Case("a hello of zeros", e.frame(e.HELLO, bytes(65)), CLOSED),
    Case("a hello of ones", e.frame(e.HELLO, b"\xff" * 65), CLOSED),
    Case("a hello of text", e.frame(e.HELLO, b"Hello, I am alice and this is a hello."), CLOSED),
]

# Right hellos in the wrong company: the first is heard, what follows ends it. Only the server challenges.
AFTER_HELLO = [
    Case("two hellos", lambda o: o.world.right_hello() * 2, Closed(e.CHALLENGE)),
    Case("a hello and a request", lambda o: o.world.right_hello() + e.ask("list"), Closed(e.CHALLENGE)),
    Case("a hello and a beat", lambda o: o.world.right_hello() + e.frame(e.BEAT, b"\0"), Closed(e.CHALLENGE)),
    Case("a hello and data", lambda o: o.world.right_hello() + e.data(1, 0, b"x"), Closed(e.CHALLENGE)),
    Case("a hello and a type 200", lambda o: o.world.right_hello() + e.frame(200, b"x"), Closed(e.CHALLENGE)),
    Case("a hello and a length of 0", lambda o: o.world.right_hello() + bytes(5), Closed(e.CHALLENGE)),
    Case("a hello alone", lambda o: o.world.right_hello(), Waits(e.CHALLENGE)),
    Case("a hello and half a proof", lambda o: o.world.right_hello() + e.frame(e.PROOF, bytes(30), 65),
         Waits(e.CHALLENGE)),
]
