"""chat: a message through `chat --json` to its delivered record, against bare ping-pongs of as many bytes."""

from stage import Piped, median, note
from table import Row, ratio_at_most

NAME = "chat"


class Conversation:
    """Two `chat --json` in a session, and the same round trips without p2pc."""

    def __init__(self, stage, kind):
        self.stage, self.kind = stage, kind
        server = stage.server(kind, name="server-" + kind)
        alice, bob = (stage.person(server, f"{name}-{kind}") for name in ("alice", "bob"))
        self.bob = Piped(stage, stage.command("chat", "--from", alice.name, home=bob, json=True))
        self.bob.expect_record("listening")
        self.alice = Piped(stage, stage.command("chat", bob.name, home=alice, json=True))
        self.alice.expect_record("session", state="active")
        self.bob.expect_record("session", state="active")
        _, self.port = stage.raw_server("echo", kind)
        self.relay = Piped(stage, stage.raw("relay", kind, self.port))

    def message(self, count):
        return self._drive(count, self.alice, "delivered", self.bob, "received")

    def piped(self, count):
        return self._drive(count, self.relay, "message")

    def bare(self, count):
        return self.stage.output(self.stage.raw("ping", self.kind, self.port, count))

    def _drive(self, count, program, answer, witness=None, seen=None):
        fds, words = [program.request_fd, program.answer_fd], [program.request_fd, program.answer_fd, count, answer]
        if witness:
            fds.append(witness.answer_fd)
            words += [witness.answer_fd, seen]
        return self.stage.output(self.stage.raw("drive", *words), pass_fds=fds)


def run(stage):
    count, rounds = (300, 1) if stage.quick else (2000, 5)
    rows = []
    for kind in ("tls", "tcp"):
        conversation = Conversation(stage, kind)
        ways = {"message": conversation.message, "bare": conversation.bare, "piped": conversation.piped}
        trips = {name: [] for name in ways}
        for k in range(rounds):
            note(f"chat: {kind}, round {k + 1} of {rounds}, {count} round trips each")
            for name, way in ways.items():
                trips[name].append(way(count))
        rows += _rows(kind, trips)
    return rows


def _rows(kind, trips):
    rows = []
    for share in ("p50", "p99"):
        of = {name: median([trip[share] for trip in some]) for name, some in trips.items()}
        what = f"{kind}, message and receipt, {share} us"
        goal = ratio_at_most(of["message"] / of["bare"], 3) if (kind, share) == ("tls", "p50") else None
        rows.append(Row(NAME, what, of["message"], of["bare"], f"{kind} ping-pong", goal))
        rows.append(Row(NAME, what, of["message"], of["piped"], f"{kind} ping-pong through pipes"))
    return rows
