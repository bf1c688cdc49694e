"""A first contact without an invite: here a server can introduce itself as the other. It is shown as `new`, and found
out when the true one comes."""

import encode as e
from doubles import Impostor
from impostors import as_account
from lie import Lie, Seen
from lies_introduction import about_bob, masked
from lies_visit import NOT_PINNED
from lies_visit import masked as masked_visit
from messages import changed
from scenes import Message
from visits import Visit


def fooled(tell):
    def told(stage):
        stage.fooled = stage.readable = True
        tell(stage)
    return told


def proving(bend):
    """Another account under bob's name, of which all fits but what its device has signed."""
    def tell(stage):
        mask = stage.mask("bob")
        answer = as_account(mask)
        impostor = stage.double(Impostor(lambda hello, proof: (
            answer(hello, proof)[0], lambda statement: mask.device_key.sign(bend(statement)))))
        about_bob(account=mask.key.public, device_id=mask.device_id, device=mask.device, list=mask.devices(),
                  endpoints=[impostor.endpoint])(stage)
    return tell


def saying(number, value):
    """Another account under bob's name, of which all fits but one field of its hello, which is signed all the same."""
    def tell(stage):
        mask = stage.mask("bob")
        answer = as_account(mask)
        impostor = stage.double(Impostor(lambda hello, proof: (
            changed(answer(hello, proof)[0], [number], value), mask.device_key.sign)))
        about_bob(account=mask.key.public, device_id=mask.device_id, device=mask.device, list=mask.devices(),
                  endpoints=[impostor.endpoint])(stage)
    return tell


def for_the_opener(statement):
    at = statement.index(b"\0") + 1
    return statement[:at] + b"o" + statement[at + 1:]


def without_binding(statement):
    """As it would be over tcp."""
    at = statement.index(b"\0") + 2
    return statement[:at] + b"\x04none\0" + statement[-32:]


NEW, ANOTHER = ("new",), Seen(9, "identity")
LIES = [
    Lie("another account under bob's name", "server", Message(), fooled(masked()), Seen(0, trust="new", after=9), NEW),
    Lie("another account under bob's name, over tcp", "server", Message("tcp"), fooled(masked()),
        Seen(0, trust="new", after=9), NEW),
    Lie("another account under carol's name", "server", Visit(), fooled(masked_visit()),
        Seen(0, arrives=True, trust="new", after=NOT_PINNED.told), NEW),
    Lie("another account under bob's name, with a proof for a login", "server", Message(),
        proving(lambda statement: statement.replace(b"p2pc/peer/v1", b"p2pc/login/v1")), ANOTHER, NEW),
    Lie("another account under bob's name, with a proof for the opener", "server", Message(), proving(for_the_opener),
        ANOTHER, NEW),
    Lie("another account under bob's name, with a proof for another connection", "server", Message(),
        proving(without_binding), ANOTHER, NEW),
    Lie("another account under bob's name, with a proof for other hellos", "server", Message(),
        proving(lambda statement: statement[:-32] + bytes(32)), ANOTHER, NEW),
    Lie("another account under bob's name, whose hello is a device's to a server", "server", Message(),
        saying(3, e.DEVICE), ANOTHER, NEW),
    Lie("another account under bob's name, whose hello names carol", "server", Message(), saying(4, b"carol"), ANOTHER,
        NEW),
    Lie("another account under bob's name, whose hello has another account key", "server", Message(),
        saying(8, bytes(32)), ANOTHER, NEW),
    Lie("another account under bob's name, whose hello is of another session", "server", Message(),
        saying(10, bytes(16)), ANOTHER, NEW),
]
