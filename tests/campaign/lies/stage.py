"""Where lies are told: a real server behind a Front, real people, and what the liars have."""

import base64
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "malformed"), os.path.join(HERE, "..", "..", "e2e")]

import p2pc

import people


class Known:
    """What a server knows of somebody: nothing that is secret."""

    def __init__(self, about):
        self.account, self.device_id, self.device = about["account"], about["device_id"], about["device"]
        self.lists = list(about["lists"])

    @property
    def list(self):
        return self.lists[-1]


class Stage:
    """One telling of one lie in a town: copies of the people's homes as they stand before it, and the doubles it needs.

    `name` is how alice and bob stand: new, pinned or verified.
    """

    def __init__(self, town, name, number, scene):
        self.town, self.front, self.case, self.name, self.scene = town, town.front, town, name, scene
        self.number = str(number)
        self.folder = os.path.join(town.folder, f"run{number}")
        os.makedirs(os.path.join(self.folder, "inbox"))
        self.secret = f"what alice says to bob, number {number}, and to nobody else"
        self.content = (f"alice's file number {number} ".encode() * 5000)[:100_000]
        self.doubles = []
        self.visitor = None  # who comes to bob, where the scene has somebody come
        self.tls_port = None  # where alice thinks the server is, over TLS
        self.bob_ends = True  # by himself, where the scene has him wait for somebody
        self.readable = False  # whether a liar may read what is said: alice took it for bob
        self.fooled = False  # whether the lie cannot be seen by then
        self.rightful = {("alice", self.secret)}  # what bob may be shown
        if scene.victim == "bob":
            self.rightful.add(("carol", self.secret))
        self.alice, self.bob, self.dora = (self._home(who) for who in ("alice", "bob", "dora"))

    def _home(self, name):
        copy = p2pc.Home(self.folder, name)
        shutil.copytree(os.path.join(self.town.snapshots[self.name], "home-" + name), copy.path)
        return copy

    def fresh_home(self, name):
        os.makedirs(os.path.join(self.folder, self.number), exist_ok=True)
        return p2pc.Home(os.path.join(self.folder, self.number), name)

    def begin_again(self):
        """Nobody lies: the same people again, for the same commands."""
        self.close()
        self.number += "-again"
        self.visitor, self.bob_ends = self.scene.honest_visitor(self.town.carol), True

    def words(self):
        """What a person knows by another way than the server: bob's key, and the digits that he reads."""
        return {"{key}": self.true_key("bob"), "{digits}": self.town.digits}

    def known(self, name):
        return Known(self.front.known[name])

    def true_key(self, name):
        """The account key, as a home writes it."""
        key = self.town.carol.key.public if name == "carol" else self.known(name).account
        return base64.b32encode(key).decode().rstrip("=").lower()

    def mask(self, name):
        """The liar's own account of that name: keys, a device and a list that fit, of which nobody else has heard."""
        return people.Account(name, self.town.founding_key)

    def double(self, double):
        self.doubles.append(double)
        return double

    def close(self):
        for double in self.doubles:
            double.close()
        self.front.honest()
        self.tls_port = None

    def read(self):
        """All that a liar could read."""
        return bytes(self.front.read) + b"".join(bytes(double.read) for double in self.doubles)

    def pins(self, home):
        """{name: (account key, verified)} as the home has them."""
        found = {}
        with open(os.path.join(home.path, "pins"), encoding="ascii") as file:
            for line in file.read().splitlines():
                if line.startswith("pin "):
                    words = dict(word.split("=", 1) for word in line.split()[1:])
                    found[words["user"]] = words["account_key"], words["verified"]
        return found

    def all_pins(self):
        return {"alice": self.pins(self.alice), "bob": self.pins(self.bob)}
