"""CPace as docs/protocol.md has it for invites, on libsodium's group: what a liar can do who knows the protocol, and
guesses the code."""

import ctypes
import ctypes.util
import hashlib
import hmac
import os

import encode as e

_sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))


def lv_cat(*fields):
    return b"".join(e.varint(len(field)) + field for field in fields)


def times(scalar, point):
    product = ctypes.create_string_buffer(32)
    if _sodium.crypto_scalarmult_ristretto255(product, scalar, point) != 0:
        raise ValueError("no point of the group, or none is left")
    return product.raw


def generator(password, channel, sid):
    before = len(lv_cat(b"CPaceRistretto255", password)) + 1
    text = lv_cat(b"CPaceRistretto255", password, bytes(max(0, 128 - before)), channel, sid)
    point = ctypes.create_string_buffer(32)
    _sodium.crypto_core_ristretto255_from_hash(point, hashlib.sha512(text).digest())
    return point.raw


def link_name(stream, transcript):
    return hashlib.blake2b(b"p2pc/link/v1\0" + stream.binding + hashlib.blake2b(transcript, digest_size=32).digest(),
                           digest_size=32).digest()


class Run:
    """One side of an exchange. `enters` and `waits` are (name, account key)."""

    def __init__(self, code, founding_key, enters, waits, session, name, mine):
        channel = lv_cat(b"p2pc/invite/v1", founding_key, enters[0].encode(), enters[1], waits[0].encode(), waits[1])
        self.sid, self.mine = session + name, mine
        self.scalar = os.urandom(31) + b"\x01"
        self.share = times(self.scalar, generator(code[:10].encode(), channel, self.sid))

    def proofs(self, theirs):
        """(this side's, the other's)."""
        shared = times(self.scalar, theirs)
        entering, waiting = lv_cat(self.share, b"enters"), lv_cat(theirs, b"waits")
        if self.mine == "waits":
            entering, waiting = lv_cat(theirs, b"enters"), lv_cat(self.share, b"waits")
        key = hashlib.sha512(lv_cat(b"CPaceRistretto255_ISK", self.sid, shared) + entering + waiting).digest()
        key = hashlib.sha512(b"CPaceMac" + self.sid + key).digest()
        made = {side: hmac.digest(key, text, "sha512") for side, text in (("enters", entering), ("waits", waiting))}
        return made.pop(self.mine), made.popitem()[1]
