"""Frames and messages of docs/protocol.md as bytes, right ones and wrong ones alike: nothing here checks anything."""

import struct

HELLO, CHALLENGE, PROOF, CONTROL, BEAT, DATA, REFUSE = 1, 2, 3, 4, 5, 6, 7
PROBE, REGISTER, PASSWORD, DEVICE, SERVER, PEER = 1, 2, 3, 4, 5, 6
CHAT, FILES, MESSAGE = 1, 2, 3
FILE, STREAM, DIR, LINK, UP = 1, 2, 3, 4, 5

# The fields of src/wire/p2pc.proto, by name.
CLIENT = {name: number for number, name in enumerate(
    ("register enrol remove announce list watch info call answer cancel report sessions logout window"
     " passwd").split(), 2)}
SAID = {name: number for number, name in enumerate(
    "done failure welcome users opened incoming gone sessions removed".split(), 2)}
LINKS = {name: number for number, name in enumerate(
    ("chosen invite invited text taken offer offered begin end result over outcome close bulk hole chunks ask asked"
     " lane batch").split(), 1)}

# Codes of include/p2pc/base/error.hpp.
NOT_LOGGED_IN, BAD_CREDENTIALS, BLOCKED, NO_SUCH_USER, OFFLINE, REFUSED, NO_SPACE = 3, 4, 5, 6, 7, 8, 9
INTEGRITY, IDENTITY, NAME_TAKEN, MALFORMED, UNSUPPORTED = 17, 18, 22, 23, 24
NOT_FOUND, LIMIT, DEVICE_TAKEN, CONFLICT = 27, 30, 31, 32


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def num(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def fixed32(field):
    return varint(field << 3 | 5) + b"\0\0\0\1"


def fixed64(field):
    return varint(field << 3 | 1) + b"\0\0\0\0\0\0\0\1"


def frame(kind, body=b"", length=None):
    return struct.pack("!IB", len(body) + 1 if length is None else length, kind) + body


def control(body):
    return frame(CONTROL, body)


def hello(role, user=None, key=None, nonce=b"n" * 32, version=(1, 1), more=b"", **fields):
    """A Hello; `fields` are device_id, account, devices, session, ticket, use. None: absent."""
    numbers = {"device_id": 5, "account": 8, "devices": 9, "session": 10, "ticket": 11}
    values = {4: user, 6: key, 7: nonce, **{numbers[k]: v for k, v in fields.items() if k != "use"}}
    body = b"".join(num(n, v) for n, v in zip((1, 2, 3), (*version, role)) if v)
    body += b"".join(text(n, values[n]) for n in sorted(values) if values[n] is not None)
    return body + (num(12, fields["use"]) if fields.get("use") else b"") + more


def ask(name, body=b"", number=1):
    """A request of a client to the server."""
    return control(num(1, number) + text(CLIENT[name], body))


def say(name, body=b""):
    """A message on the link between two people."""
    return control(text(LINKS[name], body))


def data(item, offset, content):
    return frame(DATA, struct.pack("!IQ", item, offset) + content)


def fields(body):
    """{number: [values]} of a message that the other side sent, which is taken to be sound."""
    found, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = body[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(body):
        tag = number()
        value = number()
        if tag & 7 == 2:
            value, at = body[at:at + value], at + value
        found.setdefault(tag >> 3, []).append(value)
    return found


def first(body, number, default=None):
    return fields(body).get(number, [default])[0]
