"""Hellos to a client that took a call: from the one introduced, wrong in one thing, and what comes right behind."""

import encode as e
from expect import CLOSED, Case, Closed, Waits

HEARD = Waits(e.CHALLENGE)


def said(**other):
    """A hello of eve's; functions are called with what the stage opened."""

    def build(o):
        made = {name: value(o) if callable(value) else value for name, value in other.items()}
        plain = {name: made.pop(name) for name in ("user", "role", "key", "nonce", "version", "more") if name in made}
        values = {"device_id": o.who.device_id, "account": o.who.key.public, "devices": o.who.devices(),
                  "session": o.call.session, "ticket": o.call.ticket, **made}
        user, key = plain.pop("user", o.who.name), plain.pop("key", o.who.device_key.public)
        nonce = plain.pop("nonce", b"n" * 32)
        return e.hello(plain.pop("role", e.PEER), user, key, nonce, **plain, **values)

    return build


def listing(build):
    return said(devices=lambda o: build(o.who))


HELLOS = [
    Case("right", said(), HEARD),
    Case("no ticket", said(ticket=None), CLOSED),
    Case("an empty ticket", said(ticket=b""), CLOSED),
    Case("an invented ticket", said(ticket=bytes(32)), CLOSED),
    Case("a ticket without its last byte", said(ticket=lambda o: o.call.ticket[:31]), CLOSED),
    Case("a ticket with a byte more", said(ticket=lambda o: o.call.ticket + b"\0"), CLOSED),
    Case("a ticket with its last bit flipped",
         said(ticket=lambda o: o.call.ticket[:31] + bytes([o.call.ticket[31] ^ 1])), CLOSED),
    Case("a ticket that was used", said(ticket=lambda o: o.world.used.ticket), CLOSED),
    Case("a session and ticket that were used",
         said(session=lambda o: o.world.used.session, ticket=lambda o: o.world.used.ticket), CLOSED),
    Case("no session", said(session=None), CLOSED),
    Case("a session of 15 bytes", said(session=lambda o: o.call.session[:15]), CLOSED),
    Case("a session of 17 bytes", said(session=lambda o: o.call.session + b"\0"), CLOSED),
    Case("a session that is not there", said(session=bytes(16)), CLOSED),
    Case("session and ticket in each other's place",
         said(session=lambda o: o.call.ticket, ticket=lambda o: o.call.session), CLOSED),
    Case("a further link of no session", said(session=bytes(16), use=1), CLOSED),
    Case("alice's name", said(user="alice"), CLOSED),
    Case("a name in capitals", said(user=lambda o: o.who.name.upper()), CLOSED),
    Case("no name", said(user=None), CLOSED),
    Case("the callee's own name", said(user="bob"), CLOSED),
    Case("another device id", said(device_id=bytes(16)), CLOSED),
    Case("no device id", said(device_id=None), CLOSED),
    Case("alice's device key", said(key=lambda o: o.world.alice.device_key.public), CLOSED),
    Case("the account key as the device's", said(key=lambda o: o.who.key.public), CLOSED),
    Case("a key of 31 bytes", said(key=bytes(31)), CLOSED),
    Case("no key", said(key=None), CLOSED),
    Case("alice's account key", said(account=lambda o: o.world.alice.key.public), CLOSED),
    Case("no account key", said(account=None), CLOSED),
    Case("alice's account key and list", said(account=lambda o: o.world.alice.key.public,
                                              devices=lambda o: o.world.alice.devices()), CLOSED),
    Case("all of alice's but the proof", said(
        user="alice", device_id=lambda o: o.world.alice.device_id, key=lambda o: o.world.alice.device_key.public,
        account=lambda o: o.world.alice.key.public, devices=lambda o: o.world.alice.devices()), CLOSED),
    Case("no list", said(devices=None), CLOSED),
    Case("alice's list", said(devices=lambda o: o.world.alice.devices()), CLOSED),
    Case("a list with a bit of its signature flipped",
         listing(lambda who: who.devices()[:-1] + bytes([who.devices()[-1] ^ 1])), CLOSED),
    Case("a list signed by the device", listing(lambda who: who.signed(
        who.list_head() + who.entry(), who.device_key)), CLOSED),
    Case("a list without this device", listing(lambda who: who.signed(
        who.list_head(serial=2) + who.entry(bytes(16), "other", bytes(32)))), CLOSED),
    Case("a newer list with another key for this device", listing(lambda who: who.signed(
        who.list_head(serial=2) + who.entry(key=bytes(32)))), CLOSED),
    Case("a list of another server", listing(lambda who: who.signed(
        who.list_head(founding_key=bytes(32)) + who.entry())), CLOSED),
    Case("a list of another user", listing(lambda who: who.signed(who.list_head(user="alice") + who.entry())), CLOSED),
    Case("a list with serial 0", listing(lambda who: who.signed(who.list_head(serial=0) + who.entry())), CLOSED),
    Case("a list that counts two", listing(lambda who: who.signed(who.list_head(2) + who.entry())), CLOSED),
    Case("a list with a byte behind the device", listing(lambda who: who.signed(
        who.list_head() + who.entry() + b"\0")), CLOSED),
    Case("a list of noise", listing(lambda who: b"\xff" * 300), CLOSED),
    Case("a list of 64 bytes", listing(lambda who: bytes(64)), CLOSED),
    Case("the role of a device", said(role=e.DEVICE), CLOSED),
    Case("the role of a server", said(role=e.SERVER), CLOSED),
    Case("the role of a probe", said(role=e.PROBE), CLOSED),
    Case("no role", said(role=0), CLOSED),
    Case("role 99", said(role=99), CLOSED),
    Case("no nonce", said(nonce=None), CLOSED),
    Case("a nonce of 31", said(nonce=bytes(31)), CLOSED),
    Case("the ticket twice", said(more=e.text(11, bytes(32))), CLOSED),
    Case("an encoded default", said(more=e.num(12, 0)), CLOSED),
    Case("a zero byte behind it", said(more=b"\0"), CLOSED),
    Case("an unknown field is skipped", said(more=e.num(99, 1)), HEARD),
]

# Both proofs were made; but until the caller chose the link it carries nothing.
UNCHOSEN = [
    Case("a text", e.say("text", e.num(1, 1) + e.text(2, "too early")), CLOSED),
    Case("an offer", e.say("offer", e.num(1, 1)), CLOSED),
    Case("an invitation", e.say("invite"), CLOSED),
    Case("an end", e.say("close"), CLOSED),
    Case("data", e.data(1, 0, b"too early"), CLOSED),
    Case("an item", e.say("begin", e.num(1, 1) + e.num(2, 1) + e.num(3, 1)), CLOSED),
    Case("nothing known", e.control(e.text(99, b"")), CLOSED),
    Case("noise", e.control(b"\xff\xff\xff"), CLOSED),
    Case("a hello", lambda o: o.world.right_hello(), CLOSED),
    Case("a proof", e.frame(e.PROOF, bytes(64)), CLOSED),
    Case("a refusal", e.frame(e.REFUSE, e.num(1, 8)), CLOSED),
    Case("a length of 0", bytes(5), CLOSED),
    Case("nothing", b"", Waits()),
]


def version(least, most):
    return said(version=(least, most))


# Proven as everybody is, but of a version this side does not speak.
VERSIONS = [Case("version 2", version(2, 2), Closed()), Case("no version", version(0, 0), Closed())]
