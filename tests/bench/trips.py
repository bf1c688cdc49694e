"""Round trips that a send spends before its data flows, counted from the packets at the sender (trace.py)."""

from typing import NamedTuple

_FLOWS = 16 * 1024  # bytes: what is said before the data is less


class Trips(NamedTuple):
    server: int
    peer: int
    seconds: float  # from the first packet to the first of the data


def count(packets, server_port):
    """REQUIRES: one send, whose connection to the peer carries the most."""
    spoken = [p for p in packets if p[4] or p[5] > 0]
    sums = {}
    for _, way, own, other, _, payload in spoken:
        if other != server_port and way == "out":
            sums[own, other] = sums.get((own, other), 0) + payload
    if not sums:
        raise AssertionError("no connection to the peer was seen")
    peer = max(sums, key=sums.get)
    link = [p for p in spoken if (p[2], p[3]) == peer]
    flows = _flowing(link)
    # Whoever dials, we do so when the server has answered.
    asked = [p for p in spoken if p[3] == server_port and p[0] < _dialled(spoken, server_port)]
    told = [p for p in link if p[0] <= flows]
    return Trips(_answers(asked), _answers(told), flows - spoken[0][0])


def _dialled(spoken, server_port):
    return next(p[0] for p in spoken if p[3] != server_port and p[1] == "out" and p[4])


def _flowing(link):
    sent = 0
    for when, way, _, _, _, payload in link:
        sent += payload if way == "out" else 0
        if sent > _FLOWS:
            return when
    raise AssertionError("no data was seen")


def _answers(packets):
    """How often we had said something and heard the other side then."""
    ways = [p[1] for p in packets]
    return sum(a == "out" and b == "in" for a, b in zip(ways, ways[1:]))
