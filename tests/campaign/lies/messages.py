"""Messages of docs/protocol.md with something in them changed, encoded again as strictly as before."""

import encode as e

NAMES = {number: name for name, number in e.SAID.items()}
ASKED = {number: name for name, number in e.CLIENT.items()}

# Fields of PeerDescription, of CallOpened and IncomingCall, of User, of Welcome, of Hello.
USER, DEVICE, DEVICE_ID, ACCOUNT, LIST, ENDPOINTS = 1, 2, 3, 4, 5, 6
SESSION, TICKET, PEER = 1, 2, 3


def encoded(found):
    """A message of {number: [values]}; what has its default is left out, as the encoding wants it."""
    out = b""
    for number in sorted(found):
        for value in found[number]:
            if isinstance(value, int):
                out += e.num(number, value) if value else b""
            elif value is not None:
                out += e.text(number, value)
    return out


def changed(body, path, value):
    """`body` with the field at `path` another: None takes it away, a list repeats it, a function is given what was."""
    found = e.fields(body)
    number, rest = path[0], path[1:]
    was = found.get(number, [None])[0]
    if rest:
        value = changed(was or b"", rest, value)
    elif callable(value):
        value = value(was)
    found[number] = value if isinstance(value, list) else [value]
    return encoded(found)


def described(body, **fields):
    """A PeerDescription with these of its fields (by name, lower case) changed."""
    for name, value in fields.items():
        body = changed(body, [globals()[name.upper()]], value)
    return body


def flipped(data, at=-1):
    """With one bit another."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def name_of(body, names=NAMES):
    """(its name, what is in it) of a ServerMessage or ClientMessage; a message nobody knows has no name."""
    for number, values in e.fields(body).items():
        if number in names:
            return names[number], values[0]
    return None, b""
