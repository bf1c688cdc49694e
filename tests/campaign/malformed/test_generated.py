"""Frames and byte streams made by mutating what real commands sent, to a real server and to real clients that listen.

The flights are recorded first (record.py). Each input has a number; with the same P2PC_MALFORMED_SEED it is wrong in
the same way. A failure shows the bytes.
"""

import os
import unittest

import tables  # first: it finds the rest

import cases_peer
import encode as e
import stages
import world
from expect import Anything, Case
from mutate import Mutator
from record import record

SEED = int(os.environ.get("P2PC_MALFORMED_SEED", "20261123"))
GENERATED = int(os.environ.get("P2PC_MALFORMED_GENERATED", "4000" if tables.LONG else "200"))  # in all


class Generated(tables.AtAClient):
    """The same for the same seed: real flights, recorded first, and wrong in one to three places."""

    recorded = None

    def setUp(self):
        super().setUp()
        Generated.recorded = Generated.recorded or record(self)
        self.flights, self.requests, self.links = self.recorded
        self.texts = [frame for frames in self.links for frame in frames]

    def some(self, share, build, *allowed):
        """So many cases of the whole; `build` gets a mutator and gives the bytes, or a function of what is open."""
        expect = Anything(*allowed)
        for number in range(max(1, int(GENERATED * share))):
            mutator = Mutator(f"{SEED} {self.id()} {number} {allowed}")
            yield Case(f"number {number} of seed {SEED}", build(mutator), expect, placed=None)

    def test_strangers_and_clients_at_the_server(self):
        server = self.serve()
        door, request = stages.Door(self.people, server.port), stages.Request(self.people, server.port)

        def stranger(mutator):
            flight, other = mutator.random.choice(self.flights), mutator.random.choice(self.flights)
            return mutator.of_stream(flight[:4000], other[:4000])

        def client(mutator):
            some = mutator.random.sample(self.requests, mutator.random.choice((1, 1, 2, 3)))
            return mutator.either(some, self.requests)

        self.run_tables(server.process, world.Login(self.people),
                        ("stranger", door, self.some(0.25, stranger, e.CHALLENGE, e.HELLO, e.PROOF, e.REFUSE)),
                        ("client", request, self.some(0.25, client, e.CONTROL, e.REFUSE)))
        self.assertEqual(server.stop(), 0)

    def test_callers_at_a_receiver(self):
        client = self.listen("receive", "-o", "inbox")
        hello, link = stages.PeerHello(self.people, "bob"), stages.Link(self.people, "bob")

        def opener(mutator):
            return lambda o: mutator.of_stream(cases_peer.said()(o), cases_peer.said()(o))

        def caller(mutator):
            return mutator.either(mutator.random.choice(self.links)[1:], self.texts)

        def sender(mutator):
            frames = mutator.random.choice([frames for frames in self.links if len(frames) > 4])
            return mutator.either(frames[2:], self.texts)

        self.run_tables(client, self.honest, ("hello", hello, self.some(0.12, opener, e.CHALLENGE)),
                        ("link", link, self.some(0.15, caller, e.CONTROL)),
                        ("delivery", stages.Delivery(self.people, "bob"), self.some(0.15, sender, e.CONTROL)))
        self.end(client)

    def test_callers_at_a_chat(self):
        client = self.listen("chat")

        def caller(mutator):
            return mutator.either(mutator.random.choice(self.links)[1:], self.texts)

        self.run_tables(client, self.honest,
                        ("chat", stages.Conversation(self.people, "bob"), self.some(0.08, caller, e.CONTROL)))
        self.end(client)


if __name__ == "__main__":
    unittest.main()
