"""Somebody in the server's place, or between it and alice, who does not have its key; and what alice is shown."""

import encode as e
import people
from double import Double, due
from doubles import Between
from impostors import nonce_for
from lie import Lie, Seen
from messages import changed, encoded
from scenes import Ask, Enter

ANOTHER, NO_ANSWER = Seen(9, "identity"), Seen(7, "cannot_connect")


def hello_of_server(key, nonce, **other):
    return e.hello(e.SERVER, None, key, nonce, **other)


class Posing(Double):
    """Answers as a server does. `answer` gives hello and proof, as an impostor's does."""

    def __init__(self, answer, scheme="tls"):
        self.answer, self.scheme = answer, scheme
        super().__init__()

    def serve(self, stream):
        pose(self.answer)(stream)


def pose(answer):
    def serve(stream):
        frames = []
        hello = due(stream, frames, e.HELLO)
        transcript, proof = e.frame(e.HELLO, hello), b""
        probes = e.first(hello, 3) == e.PROBE
        if not stream.bound and not probes:
            challenge = e.frame(e.CHALLENGE, bytes(32))
            stream.send(challenge)
            transcript += challenge
        if not probes:
            proof = due(stream, frames, e.PROOF)
        body, signed = answer(hello, proof)
        transcript += e.frame(e.HELLO, body)
        stream.send(e.frame(e.HELLO, body) + e.frame(e.PROOF, signed(people.statement(stream, transcript, role=b"a"))))
        stream.send(e.control(e.text(e.SAID["welcome"], b"")) + e.control(e.num(1, 1) + e.text(e.SAID["users"], b"")))
        while True:
            due(stream, frames, e.CONTROL)
    return serve


def in_its_place(answer, scheme="tcp"):
    """`answer` is a function of the stage."""
    def tell(stage):
        if scheme == "tls":
            stage.tls_port = stage.double(Posing(answer(stage))).port
        else:
            stage.front.instead = pose(answer(stage))
    return tell


def another_key(stage):
    key = stage.mask("server").key
    return lambda hello, _: (hello_of_server(key.public, nonce_for(hello)), key.sign)


def founding_key_said(stage):
    key = stage.mask("server").key
    return lambda hello, _: (hello_of_server(stage.town.founding_key, nonce_for(hello)), key.sign)


def reflecting(_stage):
    return lambda hello, proof: (hello, lambda _: proof)


def recorded(stage):
    """The server's hello and proof to alice of a moment ago."""
    kept = []
    for kind in (e.HELLO, e.PROOF):
        stage.front.lie("alice", kind, lambda body, kind=kind: kept.append(body) or [(kind, body)])
    outcome = stage.scene.run(stage)
    assert outcome.code == 0, outcome
    stage.front.honest()
    return lambda *_: (kept[0], lambda _: kept[1])


def version(number):
    def answer(stage):
        key = stage.mask("server").key
        return lambda hello, _: (hello_of_server(stage.town.founding_key, nonce_for(hello),
                                                 version=(number, number)), key.sign)
    return answer


def refusing(code, after_challenge):
    """A refusal that nobody has proven."""
    def tell(stage):
        def serve(stream):
            frames = []
            due(stream, frames, e.HELLO)
            if after_challenge:
                stream.send(e.frame(e.CHALLENGE, bytes(32)))
                due(stream, frames, e.PROOF)
            stream.send(e.frame(e.REFUSE, e.num(1, code)))
            while True:
                due(stream, frames, e.CONTROL)
        stage.front.instead = serve
    return tell


def refusing_over_tls(code):
    class Refusing(Double):
        scheme = "tls"

        def serve(self, stream):
            frames = []
            due(stream, frames, e.HELLO)
            stream.send(e.frame(e.REFUSE, e.num(1, code)))
            while True:
                due(stream, frames, e.CONTROL)

    def tell(stage):
        stage.tls_port = stage.double(Refusing()).port
    return tell


def relayed(onward):
    """TLS ends at the double; what is in it goes on to the server."""
    def tell(stage):
        port = stage.town.tls_port if onward == "tls" else stage.town.server_at.port
        stage.tls_port = stage.double(Between(lambda: port, "tls", onward)).port
    return tell


def whole_user(body, **fields):
    """Users, whose first user has these fields changed."""
    found = e.fields(body)
    at = next((k for k, user in enumerate(found[1]) if e.first(user, 1) == b"bob"), 0)
    numbers = {"name": 1, "account": 4, "list": 6}
    for name, value in fields.items():
        found[1][at] = changed(found[1][at], [numbers[name]], value)
    return encoded(found)


def shown(name="bob", **fields):
    """alice is shown another key of bob's, with a list that fits."""
    def tell(stage):
        mask = stage.mask(name)
        given = {"account": mask.key.public, **fields}
        if "list" not in given:
            given["list"] = lambda was: mask.devices() if was else None
        stage.front.lie("alice", "users", lambda body: whole_user(body, **given))
    return tell


LIST_ALL, INFO, SHOW = Ask("list", "--all", shows=True), Ask("info", "bob", shows=True), Ask("trust", "show", "bob")
OVER_TLS = Ask("list", scheme="tls")
ONE, AFTER, NEW = ("pinned",), ("pinned", "verified"), ("new",)
POSING = [
    Lie("a server with another key", "between", Ask("list"), in_its_place(another_key), ANOTHER, ONE),
    Lie("a server with another key, over TLS", "between", OVER_TLS, in_its_place(another_key, "tls"), ANOTHER, ONE),
    Lie("the server's key said, and another one's proof", "between", Ask("list"), in_its_place(founding_key_said),
        ANOTHER, ONE),
    Lie("the server's key said, and another one's proof, over TLS", "between", OVER_TLS,
        in_its_place(founding_key_said, "tls"), ANOTHER, ONE),
    Lie("alice's own hello and proof", "between", Ask("list"), in_its_place(reflecting), ANOTHER, ONE),
    Lie("alice's own hello and proof over TLS", "between", OVER_TLS, in_its_place(reflecting, "tls"), ANOTHER, ONE),
    Lie("the server's hello and proof of a moment ago", "between", Ask("list"), in_its_place(recorded), ANOTHER, ONE),
    Lie("a version that is not spoken here", "between", Ask("list"), in_its_place(version(2)), Seen(1, "unsupported"),
        ONE),
    Lie("a relay that ends TLS on both sides", "between", OVER_TLS, relayed("tls"), NO_ANSWER, ONE),
    Lie("a relay that ends TLS and goes on over tcp", "between", OVER_TLS, relayed("tcp"), NO_ANSWER, ONE),
    Lie("that the device is none of the account's, unproven", "between", Ask("list"),
        refusing(e.NOT_LOGGED_IN, False), NO_ANSWER, ONE),
    Lie("that the account is blocked, unproven", "between", Ask("list"), refusing(37, True), NO_ANSWER, ONE),
    Lie("that the device is none of the account's, unproven over TLS", "between", OVER_TLS,
        refusing_over_tls(e.NOT_LOGGED_IN), NO_ANSWER, ONE),
    Lie("another server at a registration with a fingerprint", "between", Enter("register"), in_its_place(another_key),
        ANOTHER, NEW),
    Lie("another server at a login with a fingerprint", "between", Enter("login"), in_its_place(another_key), ANOTHER,
        NEW),
    Lie("that the password is wrong, unproven", "between", Enter("login"), refusing(e.BAD_CREDENTIALS, True),
        NO_ANSWER, NEW),
]
SHOWING = [
    Lie("another key of bob's in the list", "server", LIST_ALL, shown(), Seen(0, trust="changed"), AFTER),
    Lie("another key of bob's, looked at", "server", INFO, shown(), Seen(0, trust="changed"), AFTER),
    Lie("another key of bob's, beside the pinned one", "server", SHOW, shown(), Seen(0, trust="changed"), AFTER),
    Lie("another key of bob's before a first contact", "server", INFO, shown(), Seen(0, trust="new"), NEW),
    Lie("another key of bob's when digits are compared", "server",
        Ask("trust", "verify", "bob", "--digits", "{digits}"), shown(), Seen(9, "identity"), NEW),
    Lie("another key of bob's when bob's is accepted", "server", Ask("trust", "accept", "bob", "{key}"), shown(),
        Seen(9, "identity"), AFTER),
    Lie("another key of bob's when he is invited", "server", Ask("invite", "bob", "--wait", "50ms", right=5), shown(),
        Seen(9, "identity"), AFTER),
    Lie("another key of bob's under his old list, when digits are compared", "server",
        Ask("trust", "verify", "bob", "--digits", "{digits}"), shown(list=lambda was: was), Seen(9, "identity"), NEW),
    Lie("another name where bob was asked about", "server", INFO,
        lambda s: s.front.lie("alice", "users", lambda body: whole_user(body, name=b"carol")), NO_ANSWER, AFTER),
    Lie("another key as alice's own", "server", Ask("info"), shown(name="alice"), Seen(0, trust="changed"), ONE),
]
LIES = POSING + SHOWING
