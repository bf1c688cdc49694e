"""What crosses the loopback device, by a packet socket (needs root or CAP_NET_RAW)."""

import socket
import struct
import threading
import unittest

ALL_PROTOCOLS = 3


class Capture:
    """Collects the TCP payload of every connection that has one of `ports` at either end.

    Only those: other programs use the loopback device too. At most LIMIT bytes are kept a port.
    """

    LIMIT = 64 << 20

    def __init__(self, ports):
        try:
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        except PermissionError:
            raise unittest.SkipTest("capturing packets needs root") from None
        self._socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        self._socket.bind(("lo", 0))
        self._socket.settimeout(0.2)
        self._ports = set(ports)
        self._bytes = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def add(self, port):
        self._ports.add(port)

    def stop(self):
        """{port: payload bytes}, both directions of all its connections in the order of their packets."""
        self._over.set()
        self._thread.join()
        self._socket.close()
        return self._bytes

    def _run(self):
        while True:
            try:
                frame, address = self._socket.recvfrom(1 << 17)
            except TimeoutError:
                if self._over.is_set():
                    return
                continue
            if address[2] == socket.PACKET_OUTGOING:
                continue  # on loopback every packet is seen twice
            self._take(frame[14:], frame[12:14])

    def _take(self, packet, kind):
        if kind == b"\x08\x00":
            header = (packet[0] & 15) * 4
            end = struct.unpack("!H", packet[2:4])[0]
            if packet[9] != 6:
                return
        elif kind == b"\x86\xdd":
            header, end = 40, 40 + struct.unpack("!H", packet[4:6])[0]
            if packet[6] != 6:
                return
        else:
            return
        if end <= header:  # segmentation offload leaves the length 0
            end = len(packet)
        segment = packet[header:end]
        ports = struct.unpack("!HH", segment[:4])
        payload = segment[(segment[12] >> 4) * 4:]
        for port in ports:
            kept = self._bytes.setdefault(port, bytearray()) if port in self._ports else None
            if kept is not None and len(kept) < self.LIMIT:
                kept.extend(payload)
