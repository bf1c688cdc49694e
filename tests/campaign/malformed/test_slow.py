"""What is slow on purpose has an end, and meanwhile everybody else is served. Takes three quarters of a minute."""

import select
import sys
import time
import unittest

import tables  # first: it finds the rest

import cases_slow
import encode as e
import p2pc
import stages
import world
from wire import TlsStream


class Patience(tables.AtAClient):
    def test_what_is_slow_has_an_end(self):
        client = self.listen("receive", "-o", "inbox")
        people, server = self.people, self.people.server
        over_tls = p2pc.Server(self, "tls", name="tls").start()
        named = {
            "door": stages.Door(people, server.port), "tcp of tls": stages.Door(people, over_tls.port),
            "tls": stages.Door(people, over_tls.port, TlsStream), "proof due": stages.ProofDue(people, server.port),
            "register due": stages.RegisterDue(people, server.port), "enrol due": stages.EnrolDue(people, server.port),
            "request": stages.Request(people, server.port), "peer door": stages.Door(people, self.door_port),
            "peer proof due": stages.PeerProof(people, "bob"), "peer hello": stages.PeerHello(people, "bob"),
            "unchosen": stages.Proven(people, "bob"), "link": stages.Link(people, "bob"),
            "delivery": stages.Delivery(people, "bob"),
        }
        waiting = [Lasting(case, named[case[1]]) for case in cases_slow.CASES]
        until = time.monotonic() + 60
        while any(not one.over() for one in waiting) and time.monotonic() < until:
            select.select([one.opened.stream.socket for one in waiting if not one.over()], [], [], 1)
            for one in waiting:
                one.look()
            world.patiently(self.honest)
            world.patiently(world.Login(people))
        print(f"what is slow: {len(waiting)} inputs, ", file=sys.stderr)
        self.assertEqual([one.told() for one in waiting if not one.fits()], [])
        self.end(client)
        self.assertEqual(server.stop(), 0)


    def test_who_asks_and_does_not_listen_is_cut(self):
        server = self.serve()
        request = stages.Request(self.people, server.port)
        opened = request.open()
        opened.stream.socket.settimeout(60)
        request.put(opened, e.ask("info", e.text(1, "alice")) * 100_000)
        world.patiently(world.Login(self.people))
        until = time.monotonic() + 60
        while opened.stream.receive(until):
            opened.stream.heard.clear()
        self.assertTrue(opened.stream.ended)
        opened.stream.close()
        server.process.expect_line("queue full", stream="stderr")
        self.assertEqual(server.stop(), 0)


class Lasting:
    """One input that takes its time."""

    def __init__(self, case, stage):
        self.name, _, data, self.least, self.most = case
        self.opened = stage.open()
        data = data(self.opened) if callable(data) else data
        self.left = data[1:] if isinstance(data, cases_slow.Drip) else b""
        stage.put(self.opened, data[:1] if self.left else data)
        self.began, self.lasted = time.monotonic(), None

    def over(self):
        return self.lasted is not None

    def look(self):
        if self.over():
            return
        self.opened.stream.receive(0)
        lasted = time.monotonic() - self.began
        if self.opened.stream.ended:
            self.lasted = lasted
            self.opened.stream.close()
        elif self.left and lasted > 5 * (1 + len(self.sent)):
            self.opened.stream.send(self.left[:1])
            self.sent, self.left = self.sent + self.left[:1], self.left[1:]

    sent = b""

    def fits(self):
        return self.over() and self.least <= self.lasted <= self.most

    def told(self):
        return f"{self.name}: an end after {self.lasted} s, and not {self.least} to {self.most}"


if __name__ == "__main__":
    unittest.main()
