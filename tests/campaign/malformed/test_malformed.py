"""Frames and byte streams made by hand that nobody should send, to a real server and to real clients that listen.

Every case is a line of a table in a cases_*.py here: a name, the bytes, and what it must get. list_cases.py shows
them all.
"""

import unittest

import cases_account
import cases_chat
import cases_delivery
import cases_door
import cases_hello
import cases_link
import cases_names
import cases_peer
import cases_proof
import cases_request
import cases_tls
import encode as e
import stages
import world
from tables import AtAClient, Malformed
from wire import TlsStream


class AtTheServer(Malformed):
    def test_what_strangers_say_first(self):
        server = self.serve()
        door = stages.Door(self.people, server.port)
        self.run_tables(server.process, world.Login(self.people), ("banner", door, cases_door.BANNERS),
                        ("first frame", door, cases_door.FRAMES), ("behind a hello", door, cases_door.AFTER_HELLO),
                        ("forgery", door, cases_proof.FORGERIES))
        self.assertEqual(server.stop(), 0)

    def test_hellos_and_proofs(self):
        server = self.serve()
        door, said = stages.Door(self.people, server.port), stages.HelloSaid(self.people, server.port)
        due = stages.ProofDue(self.people, server.port)
        self.run_tables(server.process, world.Login(self.people), ("hello", door, cases_hello.FIELDS),
                        ("entering", said, cases_hello.ENTERING), ("proof", due, cases_proof.CASES))
        self.assertEqual(server.stop(), 0)

    def test_registrations_and_enrolments(self):
        server = self.serve()
        register, enrol = stages.RegisterDue(self.people, server.port), stages.EnrolDue(self.people, server.port)
        self.run_tables(server.process, world.Login(self.people), ("list", register, cases_account.LISTS),
                        ("registration", register, cases_account.REGISTRATIONS),
                        ("enrolment", enrol, cases_account.ENROLMENTS), ("password", enrol, cases_account.PASSWORDS))
        self.assertEqual(server.stop(), 0)

    def test_requests_of_somebody_logged_in(self):
        server = self.serve()
        self.people.meet_carol()
        request = stages.Request(self.people, server.port)
        self.run_tables(server.process, world.Login(self.people), ("request", request, cases_request.CASES))
        self.assertEqual(server.stop(), 0)


class OverTls(Malformed):
    def test_strangers_hellos_and_proofs(self):
        server = self.serve("tls")
        bare = stages.Door(self.people, server.port)
        door, said, due = (kind(self.people, server.port, TlsStream)
                           for kind in (stages.Door, stages.HelloSaid, stages.ProofDue))
        self.run_tables(server.process, world.Login(self.people), ("in place of TLS", bare, cases_tls.SHUT),
                        ("first frame", door, cases_door.FRAMES), ("hello", door, cases_tls.bound(cases_hello.FIELDS)),
                        ("entering", said, cases_tls.bound(cases_hello.ENTERING)),
                        ("proof", due, cases_tls.bound(cases_proof.CASES)), ("replay", door, cases_tls.REPLAYS),
                        ("request", stages.Request(self.people, server.port, TlsStream), cases_request.MESSAGES))
        self.assertEqual(server.stop(), 0)


class AtAReceiver(AtAClient):
    def test_strangers_callers_and_deliveries(self):
        client = self.listen("receive", "-o", "inbox")
        people = self.people
        door, hello, proof = (stages.Door(people, self.door_port), stages.PeerHello(people, "bob"),
                              stages.PeerProof(people, "bob"))
        unchosen, link = stages.Proven(people, "bob"), stages.Link(people, "bob")
        delivery, lane = stages.Delivery(people, "bob"), stages.Lane(people, "bob")
        self.run_tables(client, self.honest, ("banner", door, cases_door.BANNERS),
                        ("first frame", door, cases_door.FRAMES),
                        ("hello", hello, cases_peer.HELLOS), ("proof", proof, cases_proof.CASES),
                        ("unchosen", unchosen, cases_peer.UNCHOSEN), ("frame", link, cases_link.FRAMES),
                        ("message", link, cases_link.MESSAGES), ("text", link, cases_link.TEXTS),
                        ("offer", link, cases_link.OFFERS), ("order", delivery, cases_delivery.ORDER),
                        ("content", delivery, cases_delivery.CONTENT), ("batch", delivery, cases_delivery.BATCHES),
                        ("lane", lane, cases_delivery.LANES), ("name", delivery, cases_names.NAMES),
                        ("tree", delivery, cases_names.TREES))
        self.end(client)


class AtAChat(AtAClient):
    def test_conversations(self):
        client = self.listen("chat")
        self.run_tables(client, self.honest, ("visit", stages.Link(self.people, "bob", e.MESSAGE), cases_chat.VISIT),
                        ("invited", stages.Invited(self.people, "bob"), cases_chat.INVITED),
                        ("conversation", stages.Conversation(self.people, "bob"), cases_chat.CONVERSATION))
        self.end(client)


if __name__ == "__main__":
    unittest.main()
