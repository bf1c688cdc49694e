"""Somebody in bob's place, or between alice and bob: the server has told them where to go."""

import encode as e
from doubles import Between, Impostor
from impostors import as_account, as_known
from lie import Lie, Seen
from messages import ENDPOINTS, PEER, changed
from scenes import File, Message

ANOTHER, NO_PATH = Seen(9, "identity"), Seen(7, "no_path")


def redirected(stage, *endpoints):
    """alice is sent there to meet bob, and bob nowhere."""
    stage.front.lie("alice", "opened", lambda body: changed(body, [PEER, ENDPOINTS], list(endpoints)))
    stage.front.lie("bob", "incoming", lambda body: changed(body, [PEER, ENDPOINTS], None))


def impostor(answer, scheme="tls"):
    def tell(stage):
        redirected(stage, stage.double(Impostor(answer(stage), scheme)).endpoint)
    return tell


def mask(**other):
    return lambda stage: as_account(stage.mask("bob"), **other)


def signed_by_liar(stage):
    return as_known("bob", stage.known("bob"), lambda statement, _: stage.mask("bob").device_key.sign(statement))


def reflecting(_stage):
    """alice's own hello and proof."""
    return lambda hello, proof: (hello, lambda _: proof)


def names_turned(_stage):
    """alice's proof under a hello in which bob's name stands."""
    return lambda hello, proof: (changed(hello, [4], b"bob"), lambda _: proof)


def between(scheme="tls", onward="tls", **bent):
    def tell(stage):
        redirected(stage, stage.double(Between(lambda: stage.bob_port, scheme, onward, **bent)).endpoint)
    return tell


def recorded(stage):
    """bob's half of a link of before, over tcp, where it could be recorded; said again in this one."""
    kept = []

    def keep(kind, body):
        kept.append((kind, body))
        return [(kind, body)]

    double = stage.double(Between(lambda: stage.bob_port, "tcp", "tcp", back=keep))
    redirected(stage, double.endpoint)
    outcome = stage.scene.run(stage)
    assert outcome.code == 0, outcome
    double.read.clear()
    stage.front.honest()
    hello = next(body for kind, body in kept if kind == e.HELLO)
    proof = next(body for kind, body in kept if kind == e.PROOF)
    return hello, proof


def replayed(new_session):
    def tell(stage):
        hello, proof = recorded(stage)

        def answer(said, _proof):
            body = changed(hello, [10], e.first(said, 10)) if new_session else hello
            return body, lambda _: proof
        redirected(stage, stage.double(Impostor(answer, "tcp")).endpoint)
    return tell


def at_port(port):
    def tell(stage):
        redirected(stage, *port(stage))
    return tell


LIES = [
    Lie("bob's true introduction, and another program there", "between", Message(), impostor(mask()), ANOTHER),
    Lie("bob's true introduction, and another program that takes a file", "between", File(), impostor(mask()), ANOTHER),
    Lie("it says bob's account key with its own device", "between", Message(),
        lambda s: impostor(mask(account=s.known("bob").account, devices=s.known("bob").list))(s), ANOTHER),
    Lie("it says bob's device id with its own key", "between", Message(),
        lambda s: impostor(mask(account=s.known("bob").account, devices=s.known("bob").list,
                                device_id=s.known("bob").device_id))(s), ANOTHER),
    Lie("it says all of bob's, and signs with its own key", "between", Message(), impostor(signed_by_liar), ANOTHER),
    Lie("it says all of bob's over tcp, and signs with its own key", "between", Message("tcp"),
        impostor(signed_by_liar, "tcp"), ANOTHER),
    Lie("it reflects alice's hello and proof", "between", Message(), impostor(reflecting), ANOTHER),
    Lie("it reflects alice's hello and proof over tcp", "between", Message("tcp"), impostor(reflecting, "tcp"),
        ANOTHER),
    Lie("it reflects alice's hello under bob's name", "between", Message("tcp"), impostor(names_turned, "tcp"),
        ANOTHER),
    Lie("bob's hello and proof of an earlier link over tcp", "between", Message("tcp"), replayed(False), ANOTHER),
    Lie("bob's hello of an earlier link with today's session in it", "between", Message("tcp"),
        replayed(True), ANOTHER),
    Lie("a relay that ends TLS on both sides and changes nothing", "between", Message(), between(), NO_PATH),
    Lie("a relay that ends TLS on both sides, for a file", "between", File(), between(), NO_PATH),
    Lie("alice is sent over tcp to a relay that speaks TLS with bob", "between", Message(), between("tcp", "tls"),
        NO_PATH),
    Lie("alice is sent over TLS to a relay that speaks tcp with bob", "between", Message("tcp"),
        between("tls", "tcp"), NO_PATH),
    Lie("the server's own port as bob's", "server", Message(),
        at_port(lambda s: [f"tcp://127.0.0.1:{s.town.server_at.port}"]), NO_PATH),
    Lie("ports that nothing may be dialled at", "server", Message(),
        at_port(lambda s: ["tls://127.0.0.1:22", "tls://169.254.1.1:4000", "tls://10.1.2.3:4000",
                           "tls://0.0.0.0:4000", "tls://[::ffff:127.0.0.1]:4000", "nonsense", "x://127.0.0.1:4000"]),
        NO_PATH),
]
