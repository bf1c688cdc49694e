"""Ed25519 signatures (RFC 8032) for a test's own speaker of the protocol: plain, slow, and no secret is safe in it."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)


def _add(p, q):
    """The sum of two points in extended coordinates."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _x_of(y):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    return P - x if x & 1 else x


def _table():
    """The base point times k * 16**i, for each i below 64 and k below 16."""
    y = 4 * pow(5, P - 2, P) % P
    x = _x_of(y)
    step, rows = (x, y, 1, x * y % P), []
    for _ in range(64):
        row = [IDENTITY]
        for _ in range(15):
            row.append(_add(row[-1], step))
        step = _add(row[-1], step)
        rows.append(row)
    return rows


_ROWS = _table()


def _times_base(scalar):
    point = IDENTITY
    for row in _ROWS:
        point = _add(point, row[scalar & 15])
        scalar >>= 4
    return point


def _encoded(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _number(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER


class Key:
    def __init__(self, seed):
        digest = hashlib.sha512(seed).digest()
        self.seed, self._prefix = seed, digest[32:]
        self._scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
        self.public = _encoded(_times_base(self._scalar))

    def sign(self, message):
        nonce = _number(self._prefix + message)
        commitment = _encoded(_times_base(nonce))
        challenge = _number(commitment + self.public + message)
        return commitment + ((nonce + challenge * self._scalar) % ORDER).to_bytes(32, "little")
