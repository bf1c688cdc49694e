"""What a server says of bob when alice calls him."""

import os

from doubles import Impostor
from impostors import as_account
from lie import Lie, Seen
from messages import PEER, SESSION, TICKET, changed, described, flipped
from scenes import File, Message

CHANGED, NO_PATH = Seen(9, "identity"), Seen(7, "no_path")


def about_bob(**fields):
    """The server describes bob like that; each field is a value, or a function of the stage."""
    def tell(stage):
        given = {name: value(stage) if callable(value) else value for name, value in fields.items()}
        stage.front.lie("alice", "opened", lambda body: changed(body, [PEER], lambda was: described(was, **given)))
    return tell


def opened(field, value):
    def tell(stage):
        given = value(stage) if callable(value) else value
        stage.front.lie("alice", "opened", lambda body: changed(body, [field], given))
    return tell


def masked(**other):
    """Somebody else altogether under bob's name, whose keys and list fit."""
    def tell(stage):
        mask = stage.mask("bob")
        impostor = stage.double(Impostor(as_account(mask)))
        about_bob(**{"account": mask.key.public, "device_id": mask.device_id, "device": mask.device,
                     "list": mask.devices(), "endpoints": [impostor.endpoint], **other})(stage)
    return tell


def carol_instead(stage, name="carol"):
    """Another real account: its key and list, and its program at the other end."""
    carol = stage.town.carol
    impostor = stage.double(Impostor(as_account(carol)))
    about_bob(user=name, account=carol.key.public, device_id=carol.device_id, device=carol.device,
              list=carol.devices(), endpoints=[impostor.endpoint])(stage)


def list_by_mask(stage):
    return stage.mask("bob").devices()


def bobs_list_resigned(stage):
    """bob's own list with the liar's device in place of his, signed by the liar."""
    known, mask = stage.known("bob"), stage.mask("bob")
    return mask.signed(known.list[:-64].replace(known.device, mask.device_key.public))


def with_device_of_mask(stage):
    """bob's list with another device key in it, and his signature of what was there before."""
    known = stage.known("bob")
    return known.list.replace(known.device, stage.mask("bob").device_key.public)


def one_more_device(stage):
    known, mask = stage.known("bob"), stage.mask("bob")
    head, count = known.list[:-64], known.list.find(b"p2pc/devices/v1\0") + 16 + 1 + 3 + 32 + 8
    return head[:count] + bytes([head[count] + 1]) + head[count + 1:] + mask.entry() + known.list[-64:]


PINNED = ("pinned", "verified")
LIES = [
    Lie("another account key, bob's list", "server", Message(),
        about_bob(account=lambda s: s.mask("bob").key.public), CHANGED),
    Lie("another account key, list and device, and a program that has them", "server", Message(), masked(), CHANGED,
        PINNED),
    Lie("another account key, list and device, when a file is sent", "server", File(), masked(), CHANGED, PINNED),
    Lie("carol in place of bob", "server", Message(), carol_instead, CHANGED),
    Lie("carol's key and list under bob's name", "server", Message(),
        lambda s: carol_instead(s, "bob"), CHANGED),
    Lie("bob's key, and a list that the liar signed", "server", Message(), about_bob(list=list_by_mask), CHANGED),
    Lie("bob's list with the liar's device key, signed by the liar", "server", Message(),
        about_bob(list=bobs_list_resigned), CHANGED),
    Lie("bob's list with the liar's device key under bob's signature", "server", Message(),
        about_bob(list=with_device_of_mask), CHANGED),
    Lie("bob's list with one device more under bob's signature", "server", Message(),
        about_bob(list=one_more_device, device_id=lambda s: os.urandom(16)), CHANGED),
    Lie("a bit of the list's signature flipped", "server", Message(),
        about_bob(list=lambda s: flipped(s.known("bob").list)), CHANGED),
    Lie("a serial much higher under bob's signature", "server", Message(),
        about_bob(list=lambda s: flipped(s.known("bob").list, 16 + 1 + 3 + 32)), CHANGED),
    Lie("bob's list of before his second device", "server", Message(),
        about_bob(list=lambda s: s.known("bob").lists[0]), CHANGED, PINNED),
    Lie("alice's own list as bob's", "server", Message(), about_bob(list=lambda s: s.known("alice").list), CHANGED),
    Lie("a device that is not on the list", "server", Message(), about_bob(device_id=bytes(16)), CHANGED),
    Lie("no list", "server", Message(), about_bob(list=None), Seen(7, "cannot_connect")),
    Lie("another session", "server", Message(), opened(SESSION, bytes(16)), NO_PATH),
    Lie("another ticket", "server", Message(), opened(TICKET, bytes(32)), NO_PATH),
]
