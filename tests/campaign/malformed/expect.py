"""What an input must get: a table of cases names one of these for each, and it judges what came.

All of them give the other side SOON to react. `Slow` is what is raised when only that was broken.
"""

import time
from typing import NamedTuple

import encode as e
from people import Unexpected

SOON = 1.0


class Slow(Unexpected):
    """It did not react in time."""


class Case(NamedTuple):
    name: str
    build: object  # bytes, or a function of what the stage has opened
    expect: object
    placed: tuple = ()  # names in the folder of the receiver afterwards

    def bytes_for(self, opened):
        return self.build(opened) if callable(self.build) else self.build


def hear(opened, enough=lambda frames: False):
    """Collects frames until there are enough, or the other side ends, or the time is over."""
    until = time.monotonic() + SOON
    while not enough(opened.frames) and opened.stream.receive(until):
        opened.frames += opened.stream.frames()
    opened.late = not opened.stream.ended and not enough(opened.frames)
    return opened.frames


def kinds(frames):
    return [kind for kind, _ in frames]


def ensure(condition, what, frames, opened):
    if not condition:
        told = [f"{kind}:{body[:80].hex()}" for kind, body in frames]
        how = "it ended" if opened.stream.ended else "it went on"
        raise (Slow if opened.late else Unexpected)(f"{what}; {how}, and said {told or 'nothing'}")


class Closed:
    """The other side ends the connection by itself, and has said no more than these frames."""

    def __init__(self, *said):
        self.said = list(said)

    def __str__(self):
        return f"closed at once{', having said ' + str(self.said) if self.said else ' without a word'}"

    def judge(self, stage, opened):
        frames = hear(opened)
        said = [kind for kind in self.said if kind != e.CHALLENGE or not opened.stream.bound]
        unfit = kinds(frames) != said or opened.stream.heard
        ensure(not unfit, "not what it should have said", frames, opened)
        if not opened.stream.ended:
            raise Slow("it did not close")


class Waits(Closed):
    """It waits for the rest, which is in order, and ends when this side does."""

    def __str__(self):
        return f"waits for the rest{' behind ' + str(self.said) if self.said else ''}; closed when we end"

    def judge(self, stage, opened):
        opened.stream.half_close()
        super().judge(stage, opened)


class Refused:
    """Its hello and proof, a REFUSE with this code, and the end."""

    def __init__(self, code):
        self.code = code

    def __str__(self):
        return f"refused with code {self.code}, by a hello that is proven"

    def judge(self, stage, opened):
        frames = hear(opened)
        ensure(kinds(frames) == [e.HELLO, e.PROOF, e.REFUSE], "no refusal", frames, opened)
        code = e.first(frames[2][1], 1)
        ensure(code == self.code, f"refused with {code}, not {self.code}", frames, opened)
        if not opened.stream.ended:
            raise Slow("it did not close")


class Greeted(Closed):
    """A hello and its proof, and nothing after them but the end."""

    def __init__(self):
        super().__init__(e.HELLO, e.PROOF)

    def __str__(self):
        return "its hello and its proof, and closed"


class GoesOn:
    """Nothing is said to it, and what comes behind it is answered."""

    def __str__(self):
        return "ignored; the connection goes on"

    def judge(self, stage, opened):
        said = stage.sentinel(opened)
        ensure(not said, "more than it should have said", said, opened)


class Replied:
    """The reply of that name to request `number`; then the connection goes on, or not."""

    def __init__(self, name, number=1, code=None, goes_on=True):
        self.name, self.number, self.code, self.goes_on = name, number, code, goes_on

    def __str__(self):
        what = f"failure {self.code}" if self.code else f"answered with {self.name}"
        return f"{what}; {'the connection goes on' if self.goes_on else 'closed'}"

    def judge(self, stage, opened):
        said = hear(opened, self.has_come) if self.goes_on else hear(opened)
        mine = [body for frame in said if (body := self.mine(frame))]
        ensure(mine, f"no {self.name} to request {self.number}", said, opened)
        if self.code:
            code = e.first(mine[0][e.SAID["failure"]][0], 1)
            ensure(code == self.code, f"failure {code}, not {self.code}", said, opened)
        if self.goes_on:
            stage.sentinel(opened)
        elif not opened.stream.ended:
            raise Slow("it did not close")

    def mine(self, frame):
        body = e.fields(frame[1]) if frame[0] == e.CONTROL else {}
        return body if body.get(1, [0])[0] == self.number and e.SAID[self.name] in body else None

    def has_come(self, frames):
        return any(map(self.mine, frames))


def failed(code, number=1):
    return Replied("failure", number, code)


def failed_and_closed(code, number=1):
    return Replied("failure", number, code, goes_on=False)


class NothingChanged:
    """As said, and the account has the password and the devices it had."""

    def __init__(self, inner):
        self.inner = inner

    def __str__(self):
        return f"{self.inner}; the account is as it was"

    def judge(self, stage, opened):
        self.inner.judge(stage, opened)
        opened.late = False
        ensure(stage.devices_of(opened.who) == opened.who.devices(), "the list of devices is another", [], opened)


class Said:
    """On a link between two people: messages with these names and fields, in order, and no others."""

    def __init__(self, *messages, then="goes on"):
        self.messages, self.then = messages, then

    def __str__(self):
        told = ", ".join(f"{name}{codes}" if codes else name for name, codes in self.messages)
        return f"answered with {told or 'nothing'}; {self.then}"

    def judge(self, stage, opened):
        if self.then == "goes on":
            said = stage.sentinel(opened)
        elif self.then == "closed":
            said = hear(opened)
        else:
            said = hear(opened, lambda frames: len(frames) >= len(self.messages))
        got = []
        for _, body in said:
            number, values = next(iter(e.fields(body).items()))
            name = next((n for n, at in e.LINKS.items() if at == number), number)
            wanted = next((codes for n, codes in self.messages if n == name), {})
            inner = e.fields(values[0])
            got.append((name, {field: inner.get(field, [0])[0] for field in wanted}))
        ensure(got == list(self.messages), f"{got} and not {list(self.messages)}", said, opened)
        if self.then == "closed" and not opened.stream.ended:
            raise Slow("it did not close")


def results(*codes, deliver=True):
    """ItemResult with these codes, and the DeliveryResult."""
    items = tuple(("result", {1: number, 2: code}) for number, code in codes)
    return Said(*items, *([("outcome", {1: 1, 2: 0})] if deliver else []))


def taken(code=0, number=1):
    return Said(("taken", {1: number, 2: code}))


def offered(code):
    return Said(("offered", {1: 1, 2: code}))


class Anything:
    """Of the kinds that are documented, in whole frames, and an end within the time once this side has ended."""

    def __init__(self, *allowed):
        self.allowed = set(allowed)

    def __str__(self):
        return f"answered with frames of the types {sorted(self.allowed)} or none, and closed when we end"

    def judge(self, stage, opened):
        opened.stream.half_close()
        frames = hear(opened)
        ensure(self.allowed.issuperset(kinds(frames)), "a frame that may not come here", frames, opened)
        if not opened.stream.ended:
            raise Slow("it did not close")


CLOSED, GOES_ON, GREETED = Closed(), GoesOn(), Greeted()
CHALLENGED_CLOSED = Closed(e.CHALLENGE)
