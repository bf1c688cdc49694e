"""What a server says of an account to its owner: at a login by password, at `passwd`, and whenever a device logs in."""

import encode as e
from lie import Lie, Seen
from messages import changed, flipped
from scenes import Ask, Enter, Message, NewPassword

ANOTHER = Seen(9, "identity")
ACCOUNT, WRAPPED, LIST, REMOVED = 1, 2, 3, 6


def welcome(user, **fields):
    numbers = {"account": ACCOUNT, "wrapped": WRAPPED, "list": LIST, "removed": REMOVED}

    def tell(stage):
        def instead(body):
            for name, value in fields.items():
                given = value(stage, e.first(body, numbers[name])) if callable(value) else value
                body = changed(body, [numbers[name]], given)
            return body
        stage.front.lie(user, "welcome", instead)
    return tell


def liars_account(stage, _was):
    return stage.mask("dora").key.public


def liars_list(stage, _was):
    return stage.mask("dora").devices()


def whole_account(stage):
    """Key and list of the liar's, which fit; only the wrapped key cannot."""
    mask = stage.mask("dora")
    welcome("dora", account=mask.key.public, list=mask.devices())(stage)


def flip(at=-1):
    return lambda _stage, was: flipped(was, at)


LOGIN, PASSWD, HERE = Enter("login"), NewPassword(), Ask("list")
NEW, ONE, BOTH = ("new",), ("pinned",), ("new", "pinned")
LIES = [
    Lie("another account key, at a login", "server", LOGIN, welcome("dora", account=liars_account), ANOTHER, NEW),
    Lie("another account key with a list that fits, at a login", "server", LOGIN, whole_account, ANOTHER, NEW),
    Lie("a wrapped key with a bit flipped", "server", LOGIN, welcome("dora", wrapped=flip()), ANOTHER, NEW),
    Lie("a wrapped key of another version", "server", LOGIN, welcome("dora", wrapped=flip(7)), ANOTHER, NEW),
    Lie("no wrapped key", "server", LOGIN, welcome("dora", wrapped=None), ANOTHER, NEW),
    Lie("a list that the liar signed, at a login", "server", LOGIN, welcome("dora", list=liars_list), ANOTHER, NEW),
    Lie("a list with a bit of its signature flipped, at a login", "server", LOGIN, welcome("dora", list=flip()),
        ANOTHER, NEW),
    Lie("alice's list, at a login of dora's", "server", LOGIN,
        welcome("dora", list=lambda s, _: s.known("alice").list), ANOTHER, NEW),
    Lie("another account key, at passwd", "server", PASSWD, welcome("dora", account=liars_account), ANOTHER, ONE),
    Lie("the list of before, at passwd", "server", PASSWD,
        welcome("dora", list=lambda s, _: s.front.known["dora"]["lists"][0]), ANOTHER, ONE),
    Lie("a list that the liar signed, at passwd", "server", PASSWD, welcome("dora", list=liars_list), ANOTHER, ONE),
    Lie("a wrapped key with a bit flipped, at passwd", "server", PASSWD, welcome("dora", wrapped=flip()), ANOTHER,
        ONE),
    Lie("that this device was removed, at passwd", "server", PASSWD,
        welcome("dora", removed=lambda s, _: [s.front.known["dora"]["device_id"]]), Seen(3, "not_logged_in"), ONE),
    Lie("a newer list of alice's that the liar signed", "server", HERE,
        welcome("alice", list=lambda s, _: s.mask("alice").devices()), ANOTHER, ONE),
    Lie("bob's list as alice's", "server", HERE, welcome("alice", list=lambda s, _: s.known("bob").list), ANOTHER,
        ONE),
    Lie("alice's list of before, when she calls", "server", Message(),
        welcome("alice", list=lambda s, _: s.known("alice").lists[0]), Seen(0, arrives=True), BOTH),
    Lie("another account key of alice's, when she calls", "server", Message(),
        welcome("alice", account=bytes(32)), Seen(0, arrives=True), BOTH),
]
