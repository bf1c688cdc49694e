"""Prints the TCP packets that cross this host's first interface until standard input ends, then one JSON record:

    {"type": "packets", "packets": [[seconds, "in" | "out", own port, other port, SYN?, payload bytes], ...]}

Run as a program where the packets are. Of a long run the first LIMIT packets.
"""

import json
import select
import socket
import struct
import sys
import time

LIMIT = 2000
_EVERY_PROTOCOL = 3  # what leaves is seen by this one only


def packet_of(frame):
    """(ports, whether it is a SYN, payload bytes), or nothing if it is no TCP over IPv4."""
    if len(frame) < 40 or frame[0] >> 4 != 4 or frame[9] != 6:
        return None
    header, total = (frame[0] & 15) * 4, struct.unpack("!H", frame[2:4])[0]
    segment = frame[header:]
    source, target = struct.unpack("!HH", segment[:4])
    # Segmentation offload leaves the length 0.
    payload = (total or len(frame)) - header - (segment[12] >> 4) * 4
    return source, target, bool(segment[13] & 2), payload


def main():
    own = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_EVERY_PROTOCOL))
    print(json.dumps({"type": "listening"}), flush=True)
    packets = []
    while True:
        ready, _, _ = select.select([own, sys.stdin], [], [])
        if sys.stdin in ready:
            break
        frame, address = own.recvfrom(1 << 17)
        found = packet_of(frame)
        if found is None or len(packets) >= LIMIT:
            continue
        source, target, begins, payload = found
        outgoing = address[2] == socket.PACKET_OUTGOING
        ports = [source, target] if outgoing else [target, source]
        packets.append([time.monotonic(), "out" if outgoing else "in", *ports, begins, payload])
    print(json.dumps({"type": "packets", "packets": packets}), flush=True)


if __name__ == "__main__":
    main()
