"""Somebody on the line between alice and bob, who has no key and can read nothing: TLS records changed, doubled,
swapped, held back, and the line cut."""

from doubles import Cable
from lie import Lie, Seen
from lies_link import redirected
from messages import flipped
from scenes import File

NO_PATH, CUT = Seen(7, "no_path"), Seen(10, "interrupted")
APPLICATION, LARGE = 23, 4000


def cable(there=None, back=None):
    def tell(stage):
        redirected(stage, stage.double(Cable(lambda: stage.bob_port, there, back)).endpoint)
    return tell


def first(kind):
    """Bends the first record that is encrypted, which is of the handshake."""
    def bend(record, line):
        if record[0] != APPLICATION or line.large:
            return record
        line.large += 1
        return kind(record)
    return bend


def second_large(kind):
    """Bends the second record that is full of the file. `kind` is given the one before, too."""
    def bend(record, line):
        if len(record) < LARGE:
            return record
        line.large += 1
        if line.large == 1:
            line.before = record
        return kind(record, line.before) if line.large == 2 else record
    return bend


def swapped(record, line):
    """The first large record goes behind the second."""
    if len(record) < LARGE:
        return record
    line.large += 1
    if line.large == 1:
        line.before = record
        return b""
    return record + line.before if line.large == 2 else record


def note_large(record, line):
    line.large += len(record) >= LARGE
    return record


def gone_after_data(record, line):
    """What bob says when he has been sent the file."""
    return None if line.large else record


LIES = [
    Lie("a bit of the handshake flipped", "network", File(), cable(there=first(flipped)), NO_PATH),
    Lie("a bit of bob's part of the handshake flipped", "network", File(), cable(back=first(flipped)), NO_PATH),
    Lie("a record of the handshake twice", "network", File(), cable(there=first(lambda r: r + r)), NO_PATH),
    Lie("a bit of the file flipped", "network", File(), cable(there=second_large(lambda r, _: flipped(r, 2000))), CUT),
    Lie("a record of the file twice", "network", File(), cable(there=second_large(lambda r, _: r + r)), CUT),
    Lie("an earlier record of the file again", "network", File(), cable(there=second_large(lambda r, was: was + r)),
        CUT),
    Lie("two records of the file swapped", "network", File(), cable(there=swapped), CUT),
    Lie("a record of the file left out", "network", File(), cable(there=second_large(lambda r, _: b"")), CUT),
    Lie("a record made shorter", "network", File(), cable(there=second_large(
        lambda r, _: r[:3] + (len(r) - 105).to_bytes(2, "big") + r[5:-100])), CUT),
    Lie("the line is cut in the middle of the file", "network", File(), cable(there=second_large(lambda r, _: None)),
        CUT),
    Lie("the line is cut before bob says that he has it", "network", File(), cable(note_large, gone_after_data), CUT),
]
