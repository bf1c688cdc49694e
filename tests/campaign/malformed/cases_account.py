"""Registrations and enrolments of somebody whose key is proven, with device lists that are broken in each field."""

import encode as e
from expect import CLOSED, Case, NothingChanged, Replied, failed_and_closed
from people import wrapped

BROKEN, NOT_OURS = failed_and_closed(e.MALFORMED), failed_and_closed(e.IDENTITY)
LATE = failed_and_closed(e.CONFLICT)
WELCOME, DONE = Replied("welcome"), Replied("done")
OTHER_ID = b"\xff" * 16


def register(**other):
    """A Register of the newcomer `o.who`, with some of it replaced; functions are called with `o.who`."""

    def build(o):
        made = {name: value(o.who) if callable(value) else value for name, value in other.items()}
        return e.ask("register", o.who.registration(**made))

    return build


def listing(entries=None, **head):
    """A device list of one entry and serial 1, signed by the account key, with some of it replaced."""
    return register(devices=lambda who: who.signed(who.list_head(**head) + (entries(who) if entries else who.entry())))


def cut(keep):
    """The right unsigned list, cut or made longer, and signed so."""
    return register(devices=lambda who: who.signed(keep(who.list_head() + who.entry())))


LISTS = [
    Case("of another kind", listing(magic=b"p2pc/tickets/v1\0"), BROKEN),
    Case("of version 2", listing(magic=b"p2pc/devices/v2\0"), BROKEN),
    Case("without the zero byte", listing(magic=b"p2pc/devices/v1"), BROKEN),
    Case("of another user", listing(user="alice"), NOT_OURS),
    Case("of a user in capitals", listing(user="ALICE"), BROKEN),
    Case("of a user of 200 characters", listing(user="a" * 200), BROKEN),
    Case("of a user with SQL", listing(user="' OR 1=1 --"), BROKEN),
    Case("of another server", listing(founding_key=bytes(32)), NOT_OURS),
    Case("with serial 0", listing(serial=0), BROKEN),
    Case("with serial 2", listing(serial=2), BROKEN),
    Case("with the last serial", listing(serial=2**64 - 1), BROKEN),
    Case("of no device", listing(lambda who: b"", count=0), BROKEN),
    Case("of one device, counted as none", listing(count=0), BROKEN),
    Case("of one device, counted as two", listing(count=2), BROKEN),
    Case("of one device, counted as 255", listing(count=255), BROKEN),
    Case("of two devices, counted as one",
         listing(lambda who: who.entry() + who.entry(OTHER_ID, "b", bytes(32))), BROKEN),
    Case("of two devices", listing(lambda who: who.entry() + who.entry(OTHER_ID, "b", bytes(32)), count=2), BROKEN),
    Case("with an id twice", listing(lambda who: who.entry() + who.entry(None, "b", bytes(32)), count=2), BROKEN),
    Case("with a name twice", listing(lambda who: who.entry() + who.entry(OTHER_ID, None, bytes(32)), count=2), BROKEN),
    Case("with a key twice", listing(lambda who: who.entry() + who.entry(OTHER_ID, "b"), count=2), BROKEN),
    Case("with ids in the wrong order",
         listing(lambda who: who.entry(OTHER_ID) + who.entry(bytes(16), "b", bytes(32)), count=2), BROKEN),
    Case("with a device without a name", listing(lambda who: who.entry(name="")), BROKEN),
    Case("with a device name of 33", listing(lambda who: who.entry(name="a" * 33)), BROKEN),
    Case("with a device name in capitals", listing(lambda who: who.entry(name="Laptop")), BROKEN),
    Case("with a device name that is a path", listing(lambda who: who.entry(name="../x")), BROKEN),
    Case("with a device name of SQL", listing(lambda who: who.entry(name="'); DROP TABLE x")), BROKEN),
    Case("with a device name that is not UTF-8", listing(lambda who: who.entry(name=b"\xff\xfe")), BROKEN),
    Case("with a device name with an escape", listing(lambda who: who.entry(name=b"\x1b[2J")), BROKEN),
    Case("with a name whose length is a lie", cut(lambda made: made[:16] + b"\xff" + made[17:]), BROKEN),
    Case("one byte short and signed so", cut(lambda made: made[:-1]), BROKEN),
    Case("its head alone, signed", cut(lambda made: made[:40]), BROKEN),
    Case("nothing at all, signed", cut(lambda made: b""), BROKEN),
    Case("one byte long and signed so", cut(lambda made: made + b"\0"), BROKEN),
    Case("with 33 devices", listing(lambda who: b"".join(
        who.entry(bytes([i]) * 16, f"d{i}", bytes([i]) * 32) for i in range(33)), count=33), BROKEN),
    Case("of 4000 bytes", cut(lambda made: made + bytes(2900)), BROKEN),
    Case("with a byte behind the signature", register(devices=lambda who: who.devices() + b"\0"), NOT_OURS),
    Case("without the last byte of the signature", register(devices=lambda who: who.devices()[:-1]), NOT_OURS),
    Case("with a bit of the signature flipped",
         register(devices=lambda who: who.devices()[:-1] + bytes([who.devices()[-1] ^ 1])), NOT_OURS),
    Case("with a signature of zeros", register(devices=lambda who: who.devices()[:-64] + bytes(64)), NOT_OURS),
    Case("signed by the device key", register(devices=lambda who: who.signed(
        who.list_head() + who.entry(), who.device_key)), NOT_OURS),
    Case("of 63 bytes", register(devices=bytes(63)), BROKEN),
    Case("of 64 bytes", register(devices=bytes(64)), NOT_OURS),
    Case("that is empty", register(devices=None), BROKEN),
]

REGISTRATIONS = [
    Case("no login key", register(login=None), BROKEN),
    Case("a login key of 31 bytes", register(login=bytes(31)), BROKEN),
    Case("a login key of 33 bytes", register(login=bytes(33)), BROKEN),
    Case("no account key", register(account=None), BROKEN),
    Case("another account key than the one proven", register(account=bytes(32)), NOT_OURS),
    Case("no wrapped key", register(wrapped=None), BROKEN),
    Case("a wrapped key of 79 bytes", register(wrapped=bytes(79)), BROKEN),
    Case("a wrapped key of 81 bytes", register(wrapped=bytes(81)), BROKEN),
    Case("a wrapped key of 3000 bytes", register(wrapped=bytes(3000)), BROKEN),
    Case("a token that is not UTF-8", register(token=b"\xff"), CLOSED),
    Case("a registration with a field twice",
         lambda o: e.ask("register", o.who.registration() + e.text(1, bytes(32))), CLOSED),
    Case("a registration with a field of another type",
         lambda o: e.ask("register", e.num(1, 5) + o.who.registration(account=None)), CLOSED),
    Case("a registration with an unknown field", lambda o: e.ask("register", o.who.registration() + e.num(77, 1)),
         WELCOME),
    Case("an empty registration", e.ask("register"), BROKEN),
    Case("a registration without a number", lambda o: e.control(e.text(2, o.who.registration())), CLOSED),
    Case("a request for the list in its place", e.ask("list"), CLOSED),
    Case("an enrolment in its place", e.ask("enrol", e.text(1, bytes(100))), CLOSED),
    Case("a call in its place", e.ask("call", e.text(1, "alice") + e.num(3, 1)), CLOSED),
    Case("a beat with two states in its place", e.frame(e.BEAT, b"\0\0"), CLOSED),
    Case("a second hello in its place", lambda o: o.world.right_hello(), CLOSED),
    Case("data in its place", e.data(1, 0, b"x"), CLOSED),
    Case("an unknown request in its place", e.control(e.num(1, 1) + e.text(99, b"")), CLOSED),
]


def other(who):
    """A second device of hers: no two on a server have one id."""
    return b"\xff" * 8 + who.device_id[:8]


def harmless(cases):
    return [case if case.expect is DONE else case._replace(expect=NothingChanged(case.expect)) for case in cases]


def enrol(list_of, device_id=other):
    return lambda o: e.ask("enrol", e.text(1, list_of(o.who)) + e.text(2, device_id(o.who)))


def longer(who, serial=2, second=None, **head):
    second = second or who.entry(other(who), "new", bytes(32))
    return who.signed(who.list_head(2, serial, **head) + who.entry() + second)


ENROLMENTS = harmless([
    Case("right", enrol(longer), DONE),
    Case("the serial that is there", enrol(lambda who: longer(who, 1)), LATE),
    Case("a serial left out", enrol(lambda who: longer(who, 3)), LATE),
    Case("the last serial", enrol(lambda who: longer(who, 2**64 - 1)), LATE),
    Case("serial 0", enrol(lambda who: longer(who, 0)), BROKEN),
    Case("a list of alice's", enrol(lambda who: longer(who, user="alice")), NOT_OURS),
    Case("a list of another server", enrol(lambda who: longer(who, founding_key=bytes(32))), NOT_OURS),
    Case("a list signed by the login key", enrol(lambda who: who.signed(
        who.list_head(2, 2) + who.entry() + who.entry(other(who), "new", bytes(32)), who.login_key)), NOT_OURS),
    Case("a device that is not in the list", enrol(longer, lambda who: bytes(16)), NOT_OURS),
    Case("a device id of 15 bytes", enrol(longer, lambda who: bytes(15)), BROKEN),
    Case("no device id", lambda o: e.ask("enrol", e.text(1, longer(o.who))), BROKEN),
    Case("no list", e.ask("enrol", e.text(2, bytes(16))), BROKEN),
    Case("nothing", e.ask("enrol"), BROKEN),
    Case("a list with the new key twice", enrol(lambda who: longer(who, second=who.entry(other(who), "new"))), BROKEN),
    Case("a list with the name twice",
         enrol(lambda who: longer(who, second=who.entry(other(who), None, bytes(32)))), BROKEN),
    Case("a list for the place of the device id", lambda o: e.ask("enrol", e.text(1, longer(o.who))
                                                               + e.text(2, longer(o.who))), BROKEN),
    Case("the list as a number", e.ask("enrol", e.num(1, 5)), CLOSED),
    Case("a registration", lambda o: e.ask("register", o.who.registration()), CLOSED),
    Case("a request for the list", e.ask("list"), CLOSED),
    Case("an unknown request", e.control(e.num(1, 1) + e.text(99, b"")), CLOSED),
])


def change(list_of=lambda who: who.signed(who.list_head(serial=2) + who.entry()), device_id=None, login=bytes(32),
           version=2, more=b"", kept=None):
    """A ChangePassword of `o.who`; `kept` is the wrapped key where it has not just another version."""

    def build(o):
        key = wrapped(version) if kept is None else kept
        values = (list_of(o.who), device_id or o.who.device_id, login, key)
        return e.ask("passwd", b"".join(e.text(n, v) for n, v in enumerate(values, 1) if v) + more)

    return build


PASSWORDS = harmless([
    Case("right", change(), DONE),
    Case("the version that is there", change(version=1), LATE),
    Case("a version left out", change(version=3), LATE),
    Case("the last version", change(version=2**64 - 1), LATE),
    Case("no wrapped key", change(kept=b""), BROKEN),
    Case("a wrapped key of 79 bytes", change(kept=wrapped(2)[:79]), BROKEN),
    Case("a wrapped key of 81 bytes", change(kept=wrapped(2) + b"\0"), BROKEN),
    Case("no login key", change(login=b""), BROKEN),
    Case("a login key of 33 bytes", change(login=bytes(33)), BROKEN),
    Case("a device id of 15 bytes", change(device_id=bytes(15)), BROKEN),
    Case("the serial that is there", change(lambda who: who.devices()), LATE),
    Case("a list of alice's",
         change(lambda who: who.signed(who.list_head(serial=2, user="alice") + who.entry())), NOT_OURS),
    Case("a list signed by the login key",
         change(lambda who: who.signed(who.list_head(serial=2) + who.entry(), who.login_key)), NOT_OURS),
    Case("a field twice", change(more=e.text(3, bytes(32))), CLOSED),
    Case("a field of another type", e.ask("passwd", e.num(3, 1)), CLOSED),
    Case("nothing", e.ask("passwd"), BROKEN),
])
