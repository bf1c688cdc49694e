"""What a double answers where alice wants bob."""

import os

import encode as e


def nonce_for(hello):
    """One where the opener has one: on a stream without a binding."""
    return os.urandom(32) if e.first(hello, 7) else None


def as_account(who, key=None, session=None, **fields):
    """A right answer by that account; `fields` are another part of its hello, `key` signs instead of its own."""
    def answer(hello, _proof):
        body = e.hello(e.PEER, who.name, who.device_key.public, nonce_for(hello),
                       **{"device_id": who.device_id, "account": who.key.public, "devices": who.devices(),
                          "session": session or e.first(hello, 10), **fields})
        return body, (key or who.device_key).sign
    return answer


def as_known(name, known, signed, **fields):
    """All of bob's that a server knows, and a signature by whatever there is."""
    def answer(hello, proof):
        body = e.hello(e.PEER, name, known.device, nonce_for(hello),
                       **{"device_id": known.device_id, "account": known.account, "devices": known.list,
                          "session": e.first(hello, 10), **fields})
        return body, lambda statement: signed(statement, proof)
    return answer
