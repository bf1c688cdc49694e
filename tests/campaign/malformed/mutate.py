"""Makes wrong input of right input, the same for the same seed."""

import random
import struct

import encode as e
from record import joined

EXTREMES = [b"\xff\xff\xff\xff\x0f", b"\xff" * 9 + b"\x01", b"\x00", b"\x7f", b"\x80\x01", b"\x80\x80\x80\x80\x10"]


def pieces(body):
    """The fields of a message as they stand, or none where it is none."""
    found, at = [], 0
    try:
        while at < len(body):
            start, shift = at, 0
            tag = 0
            while True:
                tag |= (body[at] & 127) << shift
                shift, at = shift + 7, at + 1
                if body[at - 1] < 128:
                    break
            if tag & 7 == 2:
                size = shift = 0
                while True:
                    size |= (body[at] & 127) << shift
                    shift, at = shift + 7, at + 1
                    if body[at - 1] < 128:
                        break
                at += size
            else:
                while body[at] > 127:
                    at += 1
                at += 1
            found.append(body[start:at])
    except IndexError:
        return []
    return found if b"".join(found) == body else []


class Mutator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def of_stream(self, data, other):
        """Bytes wrong in one to three places, whatever frames they are; `other` is another flight."""
        data = bytearray(data)
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            self.random.choice((self.flip, self.cut, self.insert, self.repeat, self.remove, self.lie))(data)
        if self.random.random() < 0.15:
            at, there = self.random.randrange(len(data) + 1), self.random.randrange(len(other) + 1)
            data = data[:at] + other[there:]
        return bytes(data)

    def of_frames(self, frames, others):
        """Right frames around wrong bodies, or right bodies in the wrong order."""
        frames = list(frames)
        for _ in range(self.random.choice((1, 1, 2))):
            self.random.choice((self.body, self.body, self.body, self.fields, self.fields, self.swap, self.drop,
                                self.double, self.retype, self.borrow))(frames, others)
        return joined(frames)

    # In bytes, in place.

    def flip(self, data):
        for _ in range(self.random.choice((1, 1, 2, 8))):
            if data:
                data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)

    def cut(self, data):
        del data[self.random.randrange(len(data) + 1):]

    def insert(self, data):
        at = self.random.randrange(len(data) + 1)
        data[at:at] = self.random.choice((self.random.randbytes(self.random.randrange(1, 40)), *EXTREMES))

    def _range(self, data):
        at = self.random.randrange(len(data) + 1)
        return at, at + self.random.randrange(1, 40)

    def repeat(self, data):
        at, end = self._range(data)
        data[at:at] = data[at:end]

    def remove(self, data):
        at, end = self._range(data)
        del data[at:end]

    def lie(self, data):
        """About the length of a frame."""
        starts, at = [], 0
        while at + 5 <= len(data):
            starts.append(at)
            at += 4 + struct.unpack("!I", data[at:at + 4])[0]
        if starts:
            at = self.random.choice(starts)
            real = struct.unpack("!I", data[at:at + 4])[0]
            value = self.random.choice((0, 1, real - 1, real + 1, real * 2, 4096, 4097, 65536, 65537, 2**31, 2**32 - 1))
            data[at:at + 4] = struct.pack("!I", max(0, value) & 0xFFFFFFFF)

    # In frames, in place.

    def body(self, frames, _):
        at = self.random.randrange(len(frames))
        kind, body = frames[at]
        body = bytearray(body)
        self.random.choice((self.flip, self.insert, self.repeat, self.remove, self.cut))(body)
        frames[at] = kind, bytes(body)

    def fields(self, frames, others):
        """Fields in another order, left out, doubled, or of another message; one level in as well."""
        at = self.random.randrange(len(frames))
        kind, body = frames[at]
        found = pieces(body)
        if kind != e.CONTROL or not found:
            return self.body(frames, others)
        inner = pieces(found[-1][2:]) if len(found[-1]) < 128 and self.random.random() < 0.7 else []
        chosen = inner or found
        one, two = self.random.randrange(len(chosen)), self.random.randrange(len(chosen))
        way = self.random.randrange(4)
        if way == 0:
            chosen[one], chosen[two] = chosen[two], chosen[one]
        elif way == 1:
            del chosen[one]
        elif way == 2:
            chosen.insert(one, chosen[two])
        else:
            chosen[one] = chosen[one][:1] + self.random.choice(EXTREMES)
        if inner:
            content = b"".join(inner)
            found[-1] = found[-1][:1] + e.varint(len(content)) + content
        frames[at] = kind, b"".join(found)

    def swap(self, frames, _):
        one, two = self.random.randrange(len(frames)), self.random.randrange(len(frames))
        frames[one], frames[two] = frames[two], frames[one]

    def drop(self, frames, _):
        if len(frames) > 1:
            del frames[self.random.randrange(len(frames))]

    def double(self, frames, _):
        at = self.random.randrange(len(frames))
        frames.insert(at, frames[at])

    def retype(self, frames, _):
        at = self.random.randrange(len(frames))
        frames[at] = self.random.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 255)), frames[at][1]

    def borrow(self, frames, others):
        frames.insert(self.random.randrange(len(frames) + 1), self.random.choice(others))

    def either(self, frames, others):
        """One way or the other, of frames."""
        if self.random.random() < 0.6:
            return self.of_frames(frames, others)
        return self.of_stream(joined(frames), joined(others[:3]))
