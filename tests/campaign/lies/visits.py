"""Scenes in which somebody comes to bob: as carol, whose program is a test's own, or with the code of his invite."""

import os

import cpace
import encode as e
import people
from scenes import Ended, Outcome, Scene, has_got, receiving
from wire import Stream, TlsStream

SHARE, PROOF = 21, 22
INVITE = 4  # a kind of call


class Visit(Scene):
    """carol, whose program is a test's own, calls bob; lies are told in her name, by the stage's visitor."""

    about = "somebody calls bob as carol"
    victim, delivers = "bob", False

    def honest_visitor(self, who):
        return Visitor(who)

    def run(self, stage):
        bob = receiving(stage, self.scheme)
        stage.visitor.come(stage)
        got = has_got(stage, bob, False)
        outcome = Outcome(Ended(bob, 0), *got)
        outcome.told = bob.stderr
        return outcome

    def done_right(self, stage, outcome):
        return outcome.texts == [("carol", stage.secret)]


class Visitor:
    """Introduced to bob by a server that says what it likes, and then dials him.

    `peer` bends the description that bob is shown, `hello` what is said to him, `key` proves it.
    """

    def __init__(self, who, peer=lambda body: body, hello=None, key=None, proof=None, kind=e.MESSAGE):
        self.who, self.peer, self.hello, self.key, self.proof, self.kind = who, peer, hello, key, proof, kind

    def description(self):
        who = self.who
        return (e.text(1, who.name) + e.text(2, who.device) + e.text(3, who.device_id) + e.text(4, who.key.public)
                + e.text(5, who.devices()))

    def come(self, stage):
        session, ticket, answers = os.urandom(16), os.urandom(32), []

        def answered(body, line, number):
            stage.front.board.change(lambda: answers.append(body))
            line.say(e.num(1, number) + e.text(e.SAID["done"], b""))

        stage.front.bend("bob", "answer", answered)
        stage.front.event("bob", "incoming", e.text(1, session) + e.text(2, ticket)
                          + e.text(3, self.peer(self.description())) + e.num(4, self.kind))
        stage.front.wait(lambda: answers, "bob's answer to a call")
        self.session, self.ticket = session, ticket
        self.dial(stage)

    def dial(self, stage):
        stream = (TlsStream if stage.scene.scheme == "tls" else Stream)(stage.bob_port, "127.0.0.1")
        call = type("Call", (), {"session": self.session, "ticket": self.ticket})
        body = (self.hello or self.right_hello)(self.who, call, stream)
        opening = people.Opening(stream, body, people.PEER)
        try:
            opening.challenged()
            key = self.key or self.who.device_key
            stream.send(self.proof(opening) if self.proof else opening.proof(key))
            opening.theirs = opening.answered()
            self.talk(stage, opening)
        except people.Unexpected:
            pass  # what bob has got says whether he was taken in
        stream.close()

    def talk(self, stage, opening):
        opening.stream.send(e.say("chosen") + e.say("text", e.num(1, 1) + e.text(2, stage.secret)))
        people.next_frame(opening.stream, opening.frames, e.CONTROL)

    @staticmethod
    def right_hello(who, call, stream):
        return who.hello_to_peer(call, stream)


class Invite(Scene):
    """bob waits with a code, and alice types it; both must end, and with each other or with nobody."""

    about, delivers = "alice types the code of bob's invite", False

    def waiting(self, stage):
        bob = stage.case.spawn("invite", "--listen", f"{self.scheme}://127.0.0.1:0", home=stage.bob, json=True)
        stage.code = bob.expect_record("invite")["code"]
        listening = stage.front.wait(lambda: stage.front.announced.get("bob"), "where bob listens")
        stage.bob_port = int(listening.rpartition(":")[2])
        return bob

    def run(self, stage):
        bob = self.waiting(stage)
        path = os.path.join(stage.folder, "code")
        with open(path, "w", encoding="ascii") as file:
            file.write(stage.code)
        done = stage.case.run_p2pc("trust", "verify", "bob", "--code-file", path, "--listen",
                                   f"{self.scheme}://127.0.0.1:0", home=stage.alice, json=True)
        outcome = Outcome(done)
        self.end(stage, bob, outcome)
        return outcome

    def end(self, stage, bob, outcome):
        if stage.bob_ends:
            code = bob.wait()
        else:
            bob.kill()
            bob.wait()
            code = None
        errors = [record["what"] for record in bob.records if record["type"] == "error"]
        outcome.both, outcome.told = [(code, errors[-1] if errors else None)], bob.stderr

    def done_right(self, stage, outcome):
        return (outcome.code == 0 and outcome.both == [(0, None)] and outcome.trusts == ["verified"]
                and stage.pins(stage.bob)["alice"] == (stage.true_key("alice"), "yes"))


class InvitedVisit(Invite):
    """bob waits with a code, and somebody comes with it who says that she is carol."""

    about, victim = "carol types the code of bob's invite", "bob"

    def honest_visitor(self, who):
        return Typing(who, types(right))

    def run(self, stage):
        bob = self.waiting(stage)
        stage.visitor.come(stage)
        code = bob.wait()
        outcome = Outcome(Ended(bob, code))
        outcome.told = bob.stderr
        return outcome

    def done_right(self, stage, outcome):
        return outcome.code == 0 and stage.pins(stage.bob).get("carol") == (stage.true_key("carol"), "yes")


def share(point, proof=b""):
    return e.control(e.text(SHARE, e.text(1, point) + (e.text(2, proof) if proof else b"")))


class Typing(Visitor):
    """Comes to bob's invite as carol; `answer` makes what is said about the code."""

    def __init__(self, who, answer, **how):
        super().__init__(who, kind=INVITE, **how)
        self.answer = answer

    def talk(self, stage, opening):
        transcript = opening.transcript + e.frame(e.HELLO, opening.theirs)
        enters, waits = ("carol", self.who.key.public), ("bob", stage.known("bob").account)

        def run(code):
            return cpace.Run(code, stage.town.founding_key, enters, waits, self.session,
                             cpace.link_name(opening.stream, transcript), "enters")
        self.answer(stage, opening, run)


def types(code):
    def answer(stage, opening, run):
        mine = run(code(stage.code))
        opening.stream.send(e.say("chosen") + share(mine.share))
        body = e.first(people.next_frame(opening.stream, opening.frames, e.CONTROL), SHARE)
        proof, expected = mine.proofs(e.first(body, 1))
        if code(stage.code) == stage.code:
            assert expected == e.first(body, 2), "bob's proof of the right code"
        opening.stream.send(e.control(e.text(PROOF, e.text(1, proof))))
        people.next_frame(opening.stream, opening.frames, e.CONTROL)
    return answer


def right(code):
    return code
