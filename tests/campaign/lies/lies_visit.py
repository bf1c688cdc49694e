"""Somebody who calls bob in carol's name, with all that the server knows of her, or with a device she has removed."""

import encode as e
import messages
import people
from lie import Lie, Seen
from messages import changed, flipped
from visits import Visit, Visitor

UNHEARD = Seen()


def over(words):
    """bob passes the caller over, and says why."""
    return Seen(told="was passed over: " + words)


NOT_PINNED = over("the key does not match: the account key of 'carol' is not the pinned one")
NOT_SIGNED = over("the key does not match: device list")


def visit(**how):
    def tell(stage):
        given = {name: value(stage) for name, value in how.items()}
        stage.visitor = Visitor(given.pop("who", stage.town.carol), **given)
    return tell


def masked(**how):
    return visit(who=lambda stage: stage.mask("carol"), **how)


def said(**fields):
    """A hello of carol's with that in it; what is a function is given the stage, who, and the call."""
    def hello(stage):
        def made(who, call, stream):
            given = {name: value(stage, who, call) if callable(value) else value for name, value in fields.items()}
            given.setdefault("device_id", who.device_id)
            body = who.hello_to_peer(call, stream, **{name: value for name, value in given.items()
                                                      if name not in ("user", "key")})
            for number, name in ((4, "user"), (6, "key")):
                if name in given:
                    body = changed(body, [number], given[name])
            return body
        return made
    return hello


def liars_key(stage):
    return stage.mask("carol").device_key


def described(**fields):
    """The server says that of her."""
    def peer(stage):
        given = {name: value(stage) if callable(value) else value for name, value in fields.items()}
        return lambda body: messages.described(body, **given)
    return peer


class Thief:
    """A device of carol's that was on her list before, with its key."""

    def __init__(self, carol):
        self.carol = carol
        self.stolen = people.Account("carol", carol.founding_key)
        self.stolen.key = carol.key  # only to sign what carol signed when it was hers
        self.stolen.device = "stolen"
        entries = sorted([carol.entry(), self.stolen.entry()])
        self.old_list = carol.signed(carol.list_head(2, serial=1) + b"".join(entries))
        self.stolen.devices = lambda: self.old_list


def thief(shown):
    """The server shows the old list, or the new one."""
    def tell(stage):
        thief = Thief(stage.town.carol)
        carol = stage.town.carol
        listed = thief.old_list if shown == "old" else carol.devices()
        stage.visitor = Visitor(thief.stolen, described(list=listed)(stage))
        if shown == "her laptop":
            stage.visitor.peer = described(device_id=carol.device_id, device=carol.device, list=carol.devices())(stage)
    return tell


def recorded(stage):
    """carol's hello and proof of an earlier link over tcp, where they could be recorded."""
    honest = Visitor(stage.town.carol)
    kept = []

    def keep(who, call, stream):
        kept.append(who.hello_to_peer(call, stream))
        return kept[0]

    def proof(opening):
        kept.append(opening.proof(honest.who.device_key))
        return kept[1]

    honest.hello, honest.proof = keep, proof
    stage.visitor = honest
    outcome = stage.scene.run(stage)
    assert stage.scene.done_right(stage, outcome), outcome
    stage.front.honest()
    return kept


def replayed(new_session):
    def tell(stage):
        hello, proof = recorded(stage)

        def again(_who, call, _stream):
            if new_session:
                return changed(changed(hello, [10], call.session), [11], call.ticket)
            return hello
        stage.visitor = Visitor(stage.town.carol, hello=again, proof=lambda _: proof)
    return tell


def bobs(field):
    return lambda stage, _who, _call: getattr(stage.known("bob"), field)


ALL, PINNED = ("new", "pinned"), ("pinned",)
LIES = [
    Lie("another account key, list and device under carol's name", "server", Visit(), masked(), NOT_PINNED, PINNED),
    Lie("another account key with carol's list", "server", Visit(),
        visit(peer=described(account=lambda s: s.mask("carol").key.public)), NOT_SIGNED, ALL),
    Lie("carol's account key with the liar's list", "server", Visit(),
        masked(peer=described(account=lambda s: s.town.carol.key.public)), NOT_SIGNED, ALL),
    Lie("carol's list with a bit of its signature flipped", "server", Visit(),
        visit(peer=described(list=lambda s: flipped(s.town.carol.devices()))), NOT_SIGNED, ALL),
    Lie("alice's account under carol's name", "server", Visit(),
        visit(peer=described(account=lambda s: s.known("alice").account, list=lambda s: s.known("alice").list,
                             device_id=lambda s: s.known("alice").device_id)), NOT_SIGNED, ALL),
    Lie("carol's account under alice's name", "server", Visit(), visit(peer=described(user="alice")),
        over("the key does not match: device list"), ALL),
    Lie("a device that is not on carol's list", "server", Visit(), visit(peer=described(device_id=bytes(16))),
        over("the key does not match: carol: the server names a device the account has not"), ALL),
    Lie("a removed device, and the list of when it was there", "server", Visit(), thief("old"),
        over("the key does not match: an old device list of 'carol' was shown"), PINNED),
    Lie("a removed device, and the list without it", "server", Visit(), thief("new"),
        over("the key does not match: carol: the server names a device the account has not"), ALL),
    Lie("a removed device dials where another was introduced", "server", Visit(), thief("her laptop"), UNHEARD, ALL),
    Lie("all of carol's, proven with the liar's key", "server", Visit(), visit(key=liars_key), UNHEARD, ALL),
    Lie("all of carol's over tcp, proven with the liar's key", "server", Visit("tcp"), visit(key=liars_key), UNHEARD,
        ALL),
    Lie("all of carol's but the device key", "server", Visit(),
        visit(hello=said(key=lambda s, w, c: liars_key(s).public), key=liars_key), UNHEARD, ALL),
    Lie("the liar's own name and keys where carol was introduced", "server", Visit(),
        visit(who=lambda s: s.mask("mallory"), peer=lambda s: lambda _: Visitor(s.town.carol).description()),
        UNHEARD, ALL),
    Lie("carol's hello with a list that the liar signed", "server", Visit(),
        visit(hello=said(devices=lambda s, w, c: s.mask("carol").devices())), UNHEARD, ALL),
    Lie("another ticket", "server", Visit(), visit(hello=said(ticket=bytes(32))), UNHEARD, ALL),
    Lie("another session", "server", Visit(), visit(hello=said(session=bytes(16))), UNHEARD, ALL),
    Lie("a later connection of a session that has no first one", "server", Visit(),
        visit(hello=said(ticket=None, use=1), key=liars_key), UNHEARD, ALL),
    Lie("bob's own name, keys and list said to him", "server", Visit(),
        visit(hello=said(user="bob", key=bobs("device"), device_id=bobs("device_id"), account=bobs("account"),
                         devices=bobs("list")), key=liars_key), UNHEARD, ALL),
    Lie("a proof made for a login", "server", Visit(), visit(proof=lambda s: lambda opening: opening.proof(
        s.town.carol.device_key, purpose=people.LOGIN)), UNHEARD, ALL),
    Lie("a proof made for the acceptor", "server", Visit(), visit(proof=lambda s: lambda opening: opening.proof(
        s.town.carol.device_key, role=b"a")), UNHEARD, ALL),
    Lie("carol's hello and proof of an earlier link over tcp", "between", Visit("tcp"), replayed(False), UNHEARD, ALL),
    Lie("carol's hello of an earlier link with today's session and ticket", "between", Visit("tcp"),
        replayed(True), UNHEARD, ALL),
    Lie("a call of a chat where files are received", "server", Visit(), visit(kind=lambda s: e.CHAT), UNHEARD, ALL),
    Lie("somebody who is not let in, under her own name", "server", Visit(), visit(who=lambda s: s.mask("mallory")),
        UNHEARD, ALL),
]
