"""What a server says around a call: earlier answers, other sessions, tickets and ends; and who uses what it knows."""

import os

import encode as e
import people
from lie import Lie, Seen
from messages import SESSION, TICKET, changed
from scenes import Message
from wire import TlsStream

NO_PATH, ARRIVES = Seen(7, "no_path"), Seen(0, arrives=True)


def earlier(stage, user, name):
    """What was said to them of that name in an honest call of a moment ago."""
    outcome = stage.scene.run(stage)
    assert stage.scene.done_right(stage, outcome), outcome
    body = next(said for whom, what, said in reversed(stage.front.said) if (whom, what) == (user, name))
    stage.front.honest()
    return body


def yesterdays_answer(stage):
    body = earlier(stage, "alice", "opened")
    stage.front.lie("alice", "opened", lambda _: body)


def yesterdays_call(stage):
    """Said to bob before today's."""
    body = earlier(stage, "bob", "incoming")
    stage.front.lie("bob", "incoming", lambda today: [(e.CONTROL, e.text(e.SAID["incoming"], was))
                                                      for was in (body, today)])


def twice(user, name, number=0):
    def tell(stage):
        stage.front.lie(user, name, lambda body: [(e.CONTROL, (e.num(1, number) if number else b"")
                                                   + e.text(e.SAID[name], body))] * 2)
    return tell


def another_session_to_bob(stage):
    other, true = os.urandom(16), []
    stage.front.lie("bob", "incoming", lambda body: true.append(e.first(body, 1)) or changed(body, [SESSION], other))
    stage.front.bend("bob", "answer", lambda body, *_: changed(body, [SESSION], true[0]))


def another_ticket_to_bob(stage):
    stage.front.lie("bob", "incoming", lambda body: changed(body, [TICKET], os.urandom(32)))


def failure(code):
    return lambda stage: stage.front.lie("alice", "opened", lambda _: [
        (e.CONTROL, e.num(1, 1) + e.text(e.SAID["failure"], e.num(1, code)))])


def first_to_bob(**said):
    """The liar dials bob with the ticket of alice's call before she does; what it says is hers but for `said`."""
    def tell(stage):
        def instead(body):
            alice, mask = stage.known("alice"), stage.mask("alice")
            stream = TlsStream(stage.bob_port, "127.0.0.1")
            fields = {"device_id": alice.device_id, "account": alice.account, "devices": alice.list,
                      "session": e.first(body, 1), "ticket": e.first(body, 2), "key": alice.device, "user": "alice",
                      **{name: value(mask) for name, value in said.items()}}
            opening = people.Opening(stream, e.hello(e.PEER, fields.pop("user"), fields.pop("key"), None, **fields),
                                     people.PEER)
            stream.send(opening.proof(mask.device_key) + e.say("chosen")
                        + e.say("text", e.num(1, 1) + e.text(2, "a liar's")))
            try:
                people.next_frame(stream, opening.frames, e.HELLO)
                stage.front.problems.append("bob answered")
            except people.Unexpected:
                pass
            stream.close()
            return body
        stage.front.lie("alice", "opened", instead)
    return tell


def session_of_removed(stage):
    """bob is told of another session that its other end was removed."""
    def instead(body):
        stage.front.line_of("bob").say(e.text(11, e.text(1, os.urandom(16))))
        return body
    stage.front.lie("alice", "opened", instead)


LIES = [
    Lie("the answer to a call of a moment ago", "server", Message(), yesterdays_answer, NO_PATH),
    Lie("a call of a moment ago, once more", "server", Message(), yesterdays_call, ARRIVES),
    Lie("bob is told of the call twice", "server", Message(), twice("bob", "incoming"), ARRIVES),
    Lie("alice gets the answer twice", "server", Message(), twice("alice", "opened", 1), ARRIVES),
    Lie("another session to bob", "server", Message(), another_session_to_bob, NO_PATH),
    Lie("another ticket to bob", "server", Message(), another_ticket_to_bob, NO_PATH),
    Lie("that there is no bob", "server", Message(), failure(e.NO_SUCH_USER), Seen(4, "no_such_user")),
    Lie("that bob is not there", "server", Message(), failure(e.OFFLINE), Seen(5, "peer_offline")),
    Lie("that another session's other end was removed", "server", Message(), session_of_removed, ARRIVES),
    Lie("alice's ticket, used first, with all of hers but the proof", "server", Message(), first_to_bob(), ARRIVES),
    Lie("alice's ticket, used first, under the liar's device key", "server", Message(),
        first_to_bob(key=lambda mask: mask.device_key.public), ARRIVES),
    Lie("alice's ticket, used first, by another account", "server", Message(), first_to_bob(
        key=lambda mask: mask.device_key.public, account=lambda mask: mask.key.public,
        devices=lambda mask: mask.devices(), device_id=lambda mask: mask.device_id), ARRIVES),
    Lie("alice's ticket, used first, by somebody of another name", "server", Message(),
        first_to_bob(user=lambda _: "carol"), ARRIVES),
]
