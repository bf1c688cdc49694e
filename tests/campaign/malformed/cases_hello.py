"""Hellos to the server, each wrong in one thing, or right and of somebody who may not come in."""

import encode as e
from expect import CLOSED, GREETED, Case, Closed, Refused, Waits

HEARD = Waits(e.CHALLENGE)
NAMES = {
    "empty": "", "in capitals": "ALICE", "with a dash in front": "-rf", "with a dot in front": ".ssh",
    "that is a path": "../alice", "with a space": "a b", "of 33 characters": "a" * 33, "of 3000 characters": "a" * 3000,
    "with a zero byte": "ali\0ce", "with a line end": "alice\n", "with an escape sequence": "\x1b[2J",
    "with a Cyrillic a": "\u0430lice", "with an emoji": "alice\U0001f600", "with SQL": "' OR 1=1 --",
    "with a SQL end": "alice'; DROP TABLE accounts; --", "with a wildcard": "%", "with a placeholder": "?1",
    "with a bidi override": "alice\u202e", "with a slash": "alice/laptop", "with a format": "%s%n",
}


def body(o, role=e.DEVICE, **other):
    who = o.world.eve
    nonce = None if o.stream.bound else b"n" * 32
    values = {"user": who.name, "key": who.device_key.public, "device_id": who.device_id, "nonce": nonce, **other}
    return e.hello(role, **values)


def said(**other):
    return lambda o: e.frame(e.HELLO, body(o, **other))


def with_more(more):
    return said(more=more)


FIELDS = [
    *[Case(f"a name {what}", said(user=name), CLOSED) for what, name in NAMES.items()],
    Case("a name that is not UTF-8", said(user=b"ali\xc3\x28"), CLOSED),
    Case("no name", said(user=None), CLOSED),
    Case("no device id", said(device_id=None), CLOSED),
    Case("a device id of 15 bytes", said(device_id=bytes(15)), CLOSED),
    Case("a device id of 17 bytes", said(device_id=bytes(17)), CLOSED),
    Case("no key", said(key=None), CLOSED),
    Case("a key of 31 bytes", said(key=bytes(31)), CLOSED),
    Case("a key of 33 bytes", said(key=bytes(33)), CLOSED),
    Case("a key of 64 bytes", said(key=bytes(64)), CLOSED),
    Case("no nonce where one is due", said(nonce=None), CLOSED),
    Case("a nonce of 31 bytes", said(nonce=bytes(31)), CLOSED),
    Case("a nonce of 33 bytes", said(nonce=bytes(33)), CLOSED),
    Case("an empty nonce", said(nonce=b""), CLOSED),
    Case("no role", said(role=0), CLOSED),
    Case("the role of a server", said(role=e.SERVER), CLOSED),
    Case("the role of a peer", said(role=e.PEER), CLOSED),
    Case("role 7", said(role=7), CLOSED),
    Case("role 2^31-1", said(role=2**31 - 1), CLOSED),
    Case("role 2^63", said(role=2**63), CLOSED),
    Case("role 2^64-1", said(role=2**64 - 1), CLOSED),
    Case("the name twice", with_more(e.text(4, "alice")), CLOSED),
    Case("the key twice", with_more(e.text(6, bytes(32))), CLOSED),
    Case("the role twice", with_more(e.num(3, 4)), CLOSED),
    Case("the version twice", with_more(e.num(1, 1)), CLOSED),
    Case("the device id twice", with_more(e.text(5, bytes(16))), CLOSED),
    Case("the use twice", with_more(e.num(12, 1) * 2), CLOSED),
    Case("a default that was encoded, of a number", with_more(e.num(12, 0)), CLOSED),
    Case("a default that was encoded, of bytes", with_more(e.text(11, b"")), CLOSED),
    Case("a number in more bytes than it needs", with_more(b"\x60\x81\x00"), CLOSED),
    Case("a number of eleven bytes", with_more(b"\x60" + b"\xff" * 10 + b"\x01"), CLOSED),
    Case("a number beyond 32 bits in a field of 32", said(version=(1, 2**40 + 1)), CLOSED),
    Case("the role as bytes", lambda o: e.frame(e.HELLO, e.num(1, 1) + e.num(2, 1) + e.text(3, b"\4")), CLOSED),
    Case("the name as a number", lambda o: e.frame(e.HELLO, body(o, user=None) + e.num(4, 5)), CLOSED),
    Case("the ticket as a number", with_more(e.num(11, 5)), CLOSED),
    Case("the session as 32 fixed bits", with_more(e.fixed32(10)), CLOSED),
    Case("the use as 64 fixed bits", with_more(e.fixed64(12)), CLOSED),
    Case("a feature as a number", with_more(e.num(13, 5)), CLOSED),
    Case("an unknown group is skipped", with_more(b"\xa3\x01\xa4\x01"), HEARD),
    Case("a group of a known number", with_more(b"\x63\x64"), CLOSED),
    Case("a group that does not end", with_more(b"\xa3\x01"), CLOSED),
    Case("an end of no group", with_more(b"\xa4\x01"), CLOSED),
    Case("wire type 6", with_more(b"\xa6\x01\x01"), CLOSED),
    Case("wire type 7", with_more(b"\xa7\x01\x01"), CLOSED),
    Case("field number 0", with_more(b"\x02\x00"), CLOSED),
    Case("a tag of more than 32 bits", with_more(b"\xff\xff\xff\xff\xff\x7f\x01"), CLOSED),
    Case("one zero byte behind it", with_more(b"\0"), CLOSED),
    Case("a tag behind it and no value", with_more(b"\xa2\x01"), CLOSED),
    Case("a field longer than what is left", with_more(b"\xa2\x01\x7fabc"), CLOSED),
    Case("a field of 2^31 bytes", with_more(b"\xa2\x01" + e.varint(2**31)), CLOSED),
    Case("a field of 2^32-1 bytes", with_more(b"\xa2\x01" + e.varint(2**32 - 1)), CLOSED),
    Case("a field of 2^63 bytes", with_more(b"\xa2\x01" + e.varint(2**63)), CLOSED),
    Case("a feature that is not UTF-8", with_more(e.text(13, b"\xff")), CLOSED),
    Case("an unknown number is skipped", with_more(e.num(1011, 5)), HEARD),
    Case("an unknown text is skipped", with_more(e.text(20, "of version 2")), HEARD),
    Case("unknown fixed numbers are skipped", with_more(e.fixed32(20) + e.fixed64(21)), HEARD),
    Case("ten features", with_more(e.text(13, "a") * 10), HEARD),
    Case("a thousand features", with_more(e.text(13, "a") * 1000), CLOSED),
    Case("a feature with SQL", with_more(e.text(13, "'; DELETE FROM accounts; --")), HEARD),
    Case("as long as a hello may be", said(more=e.text(13, "a" * 3900)), HEARD),
]


def entering(role=e.DEVICE, key=None, **other):
    """A hello, and the key it is proven with: eve's device key, or what `key` names of the world."""

    def build(o):
        chosen = key(o.world) if key else o.world.eve.device_key
        values = {k: v(o.world) if callable(v) else v for k, v in other.items()}
        return body(o, role, **{"key": chosen.public, **values}), chosen

    return build


def wrong_password(name):
    return entering(e.PASSWORD, lambda w: w.stray_key, user=name, device_id=None)


def probe(o, *fields, **other):
    return e.hello(e.PROBE, *fields, nonce=None if o.stream.bound else b"n" * 32, **other)


NOBODY = Refused(e.NOT_LOGGED_IN)
WRONG = Refused(e.BAD_CREDENTIALS)

# The proof that is made is right for the key in the hello.
ENTERING = [
    Case("a device of a name that is nobody's", entering(user="nobody"), NOBODY),
    Case("a name of 32 characters that is nobody's", entering(user="a" * 32), NOBODY),
    Case("another device id", entering(device_id=bytes(16)), NOBODY),
    Case("eve's device as alice's", entering(user="alice"), NOBODY),
    Case("alice's device id with eve's key", entering(user="alice", device_id=lambda w: w.alice.device_id), NOBODY),
    Case("the account key as a device's", entering(key=lambda w: w.eve.key), NOBODY),
    Case("the login key as a device's", entering(key=lambda w: w.eve.login_key), NOBODY),
    Case("a device key as a password", entering(e.PASSWORD, user="eve0"), WRONG),
    Case("an account key as a password", entering(e.PASSWORD, lambda w: w.eve.key, user="eve0"), WRONG),
    Case("a password of somebody else", entering(e.PASSWORD, lambda w: w.eve.login_key, user="carol"), WRONG),
    Case("a wrong password of nobody, once", wrong_password("noone"), WRONG),
    Case("a wrong password of nobody, twice", wrong_password("noone"), WRONG),
    Case("a wrong password of nobody, three times", wrong_password("noone"), WRONG),
    Case("a wrong password of nobody, four times", wrong_password("noone"), Refused(e.BLOCKED)),
    Case("a wrong password of somebody, once", wrong_password("carol"), WRONG),
    Case("a wrong password of somebody, twice", wrong_password("carol"), WRONG),
    Case("the right password of somebody who is blocked",
         entering(e.PASSWORD, lambda w: w.carol.login_key, user="carol"), Refused(e.BLOCKED)),
    Case("version 2 of a device", entering(version=(2, 2)), Refused(e.UNSUPPORTED)),
    Case("no version at all", entering(version=(0, 0)), Refused(e.UNSUPPORTED)),
    Case("versions in the wrong order", entering(version=(2, 1)), Refused(e.UNSUPPORTED)),
    Case("only the last version there can be", entering(version=(2**32 - 1, 2**32 - 1)), Refused(e.UNSUPPORTED)),
    Case("version 2 of a new user", entering(e.REGISTER, lambda w: w.stray_key, user="newer", version=(2, 2)),
         Refused(e.UNSUPPORTED)),
    Case("version 2 of a password", entering(e.PASSWORD, lambda w: w.eve.login_key, user="eve0", version=(2, 2)),
         Refused(e.UNSUPPORTED)),
    Case("version 2 of a probe", lambda o: (probe(o, version=(2, 2)), None), Refused(e.UNSUPPORTED)),
    Case("a probe", lambda o: (probe(o), None), GREETED),
    Case("a probe with a name, a key and a list",
         lambda o: (probe(o, "alice", bytes(32), devices=bytes(500)), None), GREETED),
    Case("a password without a key", lambda o: (body(o, e.PASSWORD, user="alice", key=None), None), Closed()),
    Case("a new user without a key", lambda o: (body(o, e.REGISTER, user="dave", key=None), None), Closed()),
]
