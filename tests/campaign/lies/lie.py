"""A lie: who tells it, what it is, when, and what honest people must see of it."""

from typing import NamedTuple



class Seen(NamedTuple):
    """What the victim's command ends with. `arrives`: the lie hurts nobody, and all is as without it."""

    code: int = 0
    what: str = None
    arrives: bool = False
    told: str = ""  # a line of bob's
    trust: str = None  # what is shown of the other
    after: object = 0  # what the same command ends with when nobody lies any more, or what bob then says
    both: tuple = ()  # (code, what) of the other side's command, where that ends by itself

    def __str__(self):
        shown = f"; shown as `{self.trust}`" if self.trust else ""
        shown += f"; {self.told}" if self.told else ""
        if self.both:
            shown += f"; the other side: {self.both[0][0]} {self.both[0][1]}"
        if self.after:
            return f"not at once{shown}; afterwards {self.after}"
        if self.arrives:
            return f"to no effect{shown}"
        return f"{self.code} {self.what}{shown}" if self.code else f"nothing was taken{shown}"


class Lie(NamedTuple):
    name: str
    liar: str  # "server", "between" (a man in the middle), "network" (bytes alone)
    scene: object
    tell: object  # a function of the stage
    sees: Seen
    stages: tuple = ("new", "pinned", "verified")


def ensure(condition, what, outcome):
    if not condition:
        raise AssertionError(f"{what}: {outcome}")


def no_faults(stage, outcome):
    for double in (stage.front, *stage.doubles):
        ensure(not double.problems, "\n".join(double.problems), outcome)


def judge(lie, stage, outcome, before):
    """What holds of every lie, and what must be seen of this one."""
    no_faults(stage, outcome)
    ensure(stage.front.told or any(double.met for double in stage.doubles), "the lie was not told", outcome)
    # Who is in between must have been met; a server's double need not: its introduction may be seen through before.
    ensure(lie.liar == "server" or all(double.met for double in stage.doubles), "nobody came to the liar", outcome)
    if not stage.readable:
        read = stage.read()
        ensure(stage.secret.encode() not in read and stage.content[:200] not in read, "a liar has read it", outcome)
    for sender, text in outcome.texts:
        ensure((sender, text) in stage.rightful, "bob was shown what was not said to him", outcome)
    for name, content in outcome.files.items():
        ensure(stage.scene.victim == "alice" and (name, content) == ("paper", stage.content), "no file of alice's",
               outcome)
    if outcome.code == 0 and stage.scene.delivers and not stage.fooled:
        ensure(stage.scene.done_right(stage, outcome), "said to be done, and it is not", outcome)
    if not stage.fooled:
        for whose, pins in stage.all_pins().items():
            for name, pin in pins.items():
                known = before[whose].get(name)
                ensure(pin == known if known else pin[0] == stage.true_key(name), "a pin has changed", outcome)
            ensure(set(before[whose]) <= set(pins), "a pin is gone", outcome)
    ensure(outcome.code == lie.sees.code, f"the code should be {lie.sees.code}", outcome)
    ensure(not lie.sees.what or outcome.what == lie.sees.what, f"not {lie.sees.what}", outcome)
    ensure(lie.sees.told in outcome.told, f"no word of it ({lie.sees.told})", outcome)
    ensure(not lie.sees.trust or outcome.trusts[:1] == [lie.sees.trust], f"shown as {outcome.trusts}", outcome)
    if lie.sees.both:
        ensure(outcome.both == list(lie.sees.both), f"the other side should see {lie.sees.both}", outcome)
    arrived = stage.scene.done_right(stage, outcome)
    if stage.scene.victim == "bob" or lie.sees.code and stage.scene.delivers:
        ensure(arrived == lie.sees.arrives, "it arrived" if arrived else "it did not arrive", outcome)


def judge_control(lie, stage, outcome):
    """What is seen when nobody lies."""
    no_faults(stage, outcome)
    after = lie.sees.after
    if isinstance(after, str):
        ensure(after in outcome.told, f"afterwards bob should say: {after}", outcome)
    elif after:
        ensure(outcome.code == after, f"afterwards the code should be {after}", outcome)
    else:
        ensure(stage.scene.done_right(stage, outcome), "when nobody lied it did not succeed", outcome)
