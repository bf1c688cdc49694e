"""far_host.py MS MBIT: the other end of a long line, for namespaces.FarNetwork; a program of its own.

A tunnel device with the address HERE whose peer is THERE. What is sent to THERE comes back to HERE as if it came
from THERE, MS milliseconds later and at most MBIT Mbit/s: so programs of one host that reach each other at THERE
are far apart. The two addresses change places in a packet, which leaves every checksum as it was.
"""

import collections
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

HERE, THERE = "192.0.2.1", "192.0.2.2"
_TUNSETIFF, _TUN, _NO_HEADER = 0x400454CA, 0x0001, 0x1000


def swapped(packet):
    return packet[:12] + packet[16:20] + packet[12:16] + packet[20:]


def main():
    delay, rate = float(sys.argv[1]) / 1e3, float(sys.argv[2]) * 1e6 / 8
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", b"far", _TUN | _NO_HEADER))
    for words in (f"addr add {HERE} peer {THERE} dev far", "link set far up txqueuelen 10000"):
        subprocess.run(["ip", *words.split()], check=True)
    print("far", flush=True)
    under_way, free_at = collections.deque(), 0.0
    while True:
        now = time.monotonic()
        while under_way and under_way[0][0] <= now:
            os.write(device, under_way.popleft()[1])
        select.select([device], [], [], max(under_way[0][0] - time.monotonic(), 0) if under_way else None)
        try:
            while True:
                packet = os.read(device, 65536)
                now = time.monotonic()
                free_at = max(free_at, now) + len(packet) / rate
                if packet[0] >> 4 == 4:
                    under_way.append((free_at + delay, swapped(packet)))
        except BlockingIOError:
            pass


if __name__ == "__main__":
    main()
