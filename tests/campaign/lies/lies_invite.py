"""A first contact with an invite: the server introduces whom it likes, and the code is what it cannot know."""

import os
import time

import cpace
import encode as e
import people
import wire
from double import LONG_ENOUGH, due
from doubles import Between, Impostor
from impostors import as_account, as_known
from lie import Lie, Seen
from lies_introduction import about_bob
from lies_link import mask, redirected, reflecting
from messages import ACCOUNT, PEER, changed, described, flipped
from visits import PROOF, SHARE, Invite, InvitedVisit, Typing, share, types

WRONG, ANOTHER, NO_PATH = Seen(9, "wrong_code"), Seen(9, "identity"), Seen(7, "no_path")


def another(code):
    return str((int(code[:10]) + 1) % 10**10).zfill(10)


class Waiting(Impostor):
    """In bob's place with keys of its own, which the server says are his; `answer_share` is given alice's share."""

    def __init__(self, stage, who, answer_share):
        self.stage, self.who, self.answer_share = stage, who, answer_share
        super().__init__(as_account(who), stage.scene.scheme)

    def converse(self, stream, frames, hello):
        body = due(stream, frames, e.CONTROL)
        self.read += body
        self.session = e.first(hello, 10)
        said = self.answer_share(self, stream, e.first(e.first(body, SHARE), 1))
        if said:
            stream.send(said)
            self.read += due(stream, frames, e.CONTROL)


def masked(answer_share):
    def tell(stage):
        who = stage.mask("bob")
        double = stage.double(Waiting(stage, who, answer_share))
        about_bob(account=who.key.public, device_id=who.device_id, device=who.device, list=who.devices(),
                  endpoints=[double.endpoint])(stage)
        stage.bob_ends = False  # nobody has come to him
    return tell


def run_of(double, stream, code):
    stage = double.stage
    return cpace.Run(code, stage.town.founding_key, ("alice", stage.known("alice").account),
                     ("bob", double.who.key.public), double.session,
                     cpace.link_name(stream, double.transcript), "waits")


def guess(double, stream, theirs):
    run = run_of(double, stream, another(double.stage.code))
    return share(run.share, run.proofs(theirs)[0])


def reflects(_double, _stream, theirs):
    return share(theirs, os.urandom(64))


def knows_all_but_keys(double, stream, theirs):
    """The right code, and the true bob's key in what both must agree on: alice has the liar's there."""
    stage = double.stage
    run = cpace.Run(stage.code, stage.town.founding_key, ("alice", stage.known("alice").account),
                    ("bob", stage.known("bob").account), double.session, cpace.link_name(stream, double.transcript),
                    "waits")
    return share(run.share, run.proofs(theirs)[0])


class InTheMiddle:
    """Introduced to alice as bob and to bob as alice, with keys of its own on both sides: what one side says about the
    code is said to the other."""

    def __init__(self, stage):
        self.stage, self.to_bob = stage, None
        self.as_alice = stage.mask("alice")
        masked(self.carry)(stage)
        stage.bob_ends = True
        who = self.as_alice
        stage.front.lie("bob", "incoming", lambda body: changed(body, [PEER], lambda was: described(
            self.learn(body, was), account=who.key.public, device_id=who.device_id, device=who.device,
            list=who.devices(), endpoints=None)))

    def learn(self, body, was):
        self.call = type("Call", (), {"session": e.first(body, 1), "ticket": e.first(body, 2)})
        return was

    def carry(self, _double, _alice, theirs):
        link = self.link_to_bob()
        link.stream.send(e.say("chosen") + share(theirs))
        body = people.next_frame(link.stream, link.frames, e.CONTROL)
        self.last_word(link, os.urandom(64))
        return e.control(body)

    def last_word(self, link, proof):
        link.stream.send(e.control(e.text(PROOF, e.text(1, proof))))
        while not link.stream.ended:
            link.stream.receive(time.monotonic() + LONG_ENOUGH)
        link.stream.close()

    def link_to_bob(self):
        stream = (wire.Stream if self.stage.scene.scheme == "tcp" else wire.TlsStream)(self.stage.bob_port,
                                                                                        "127.0.0.1")
        opening = people.Opening(stream, self.as_alice.hello_to_peer(self.call, stream), people.PEER).challenged()
        stream.send(opening.proof(self.as_alice.device_key))
        opening.answered()
        return opening


class ReflectsInTheMiddle(InTheMiddle):
    """Each of them hears its own share."""

    def carry(self, _double, _alice, theirs):
        link = self.link_to_bob()
        link.stream.send(e.say("chosen") + share(theirs))
        body = people.next_frame(link.stream, link.frames, e.CONTROL)
        proof = e.first(e.first(body, SHARE), 2)
        self.last_word(link, proof)
        return share(theirs, proof)


def says(*messages):
    def answer(_stage, opening, _run):
        opening.stream.send(e.say("chosen") + b"".join(messages))
        while True:
            people.next_frame(opening.stream, opening.frames, e.CONTROL)
    return answer


def reflected_proof(_stage, opening, run):
    """bob's own share and proof."""
    mine = run("0000000000")
    opening.stream.send(e.say("chosen") + share(mine.share))
    body = e.first(people.next_frame(opening.stream, opening.frames, e.CONTROL), SHARE)
    opening.stream.send(e.control(e.text(PROOF, e.text(1, e.first(body, 2)))))
    people.next_frame(opening.stream, opening.frames, e.CONTROL)


def comes(answer, who=lambda stage: stage.town.carol, **how):
    def tell(stage):
        stage.visitor = Typing(who(stage), answer, **how)
    return tell


def link(double):
    def tell(stage):
        redirected(stage, stage.double(double(stage)).endpoint)
        stage.bob_ends = False
    return tell


def half_masked(stage):
    """bob is shown the liar's key as alice's, and alice nothing but the truth."""
    who = stage.mask("alice")
    stage.front.lie("bob", "incoming", lambda body: changed(body, [PEER], lambda was: described(
        was, account=who.key.public, device_id=who.device_id, device=who.device, list=who.devices(), endpoints=None)))
    stage.bob_ends = False


def key_only(stage):
    stage.front.lie("alice", "opened", lambda body: changed(body, [PEER, ACCOUNT], stage.mask("bob").key.public))
    stage.bob_ends = False


def bent(direction, instead):
    """Over tcp, where a relay can change what is said after the proofs."""
    def tell(stage):
        redirected(stage, stage.double(Between(lambda: stage.bob_port, "tcp", "tcp", **{direction: instead})).endpoint)
    return tell


def in_code_message(number, change):
    def instead(kind, body):
        inner = e.first(body, number) if kind == e.CONTROL else None
        return [(kind, body if inner is None else e.text(number, change(inner)))]
    return instead


def flip_share(inner):
    return changed(inner, [1], lambda was: flipped(was, 3))


def flip_proof(inner):
    return changed(inner, [2], flipped)


LIES = [
    Lie("another account under bob's name, and a guess at the code", "server", Invite(), masked(guess), WRONG),
    Lie("another account under bob's name, and a guess, over tcp", "server", Invite("tcp"), masked(guess), WRONG),
    Lie("another account under bob's name, and alice's share reflected", "server", Invite(), masked(reflects), WRONG),
    Lie("another account under bob's name, and the identity as its share", "server", Invite(),
        masked(lambda *_: share(bytes(32), bytes(64))), WRONG),
    Lie("another account under bob's name, and a share that is no point", "server", Invite(),
        masked(lambda *_: share(b"\xff" * 32, bytes(64))), WRONG),
    Lie("another account under bob's name, which says no more", "server", Invite(), masked(lambda *_: e.say("close")),
        WRONG),
    Lie("another account under bob's name, and a text instead of a share", "server", Invite(),
        masked(lambda *_: e.say("text", e.num(1, 1) + e.text(2, "it is me"))), WRONG),
    Lie("the right code with bob's true key, where alice was shown another", "server", Invite(),
        masked(knows_all_but_keys), WRONG),
    Lie("other accounts to both, and what they say of the code passed on", "server", Invite(), InTheMiddle,
        Seen(9, "wrong_code", both=((9, "wrong_code"),))),
    Lie("other accounts to both, and what they say passed on, over tcp", "server", Invite("tcp"), InTheMiddle,
        Seen(9, "wrong_code", both=((9, "wrong_code"),))),
    Lie("other accounts to both, and each hears its own share", "server", Invite(), ReflectsInTheMiddle,
        Seen(9, "wrong_code", both=((9, "wrong_code"),))),
    Lie("another account key with bob's list", "server", Invite(), key_only, ANOTHER),
    Lie("bob's true introduction, and another program there", "between", Invite(),
        link(lambda s: Impostor(mask()(s))), ANOTHER),
    Lie("all of bob's, signed by the liar", "between", Invite(), link(lambda s: Impostor(as_known(
        "bob", s.known("bob"), lambda statement, _: s.mask("bob").device_key.sign(statement)))), ANOTHER),
    Lie("alice's hello and proof reflected", "between", Invite(), link(lambda s: Impostor(reflecting(s))), ANOTHER),
    Lie("a relay that ends TLS on both sides", "between", Invite(), link(lambda s: Between(lambda: s.bob_port)),
        NO_PATH),
    Lie("another account under alice's name, to bob alone", "server", Invite(), half_masked, NO_PATH),
    Lie("alice's share changed on the way, over tcp", "between", Invite("tcp"),
        bent("instead", in_code_message(SHARE, flip_share)), Seen(9, "wrong_code", both=((9, "wrong_code"),))),
    Lie("bob's proof changed on the way, over tcp", "between", Invite("tcp"),
        bent("back", in_code_message(SHARE, flip_proof)), Seen(9, "wrong_code", both=((9, "wrong_code"),))),
    Lie("another account under carol's name, and a guess", "server", InvitedVisit(),
        comes(types(another), lambda s: s.mask("carol")), WRONG),
    Lie("bob's own proof said to him", "server", InvitedVisit(), comes(reflected_proof), WRONG),
    Lie("a proof without a share", "server", InvitedVisit(),
        comes(says(e.control(e.text(PROOF, e.text(1, bytes(64)))))), WRONG),
    Lie("the identity as a share", "server", InvitedVisit(), comes(says(share(bytes(32)))), WRONG),
    Lie("a text where the code is due", "server", InvitedVisit(),
        comes(says(e.say("text", e.num(1, 1) + e.text(2, "let me in")))), WRONG),
]
LIES = [lie._replace(stages=("new",)) for lie in LIES]
