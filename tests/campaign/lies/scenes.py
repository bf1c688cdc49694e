"""What honest people do while somebody lies: each scene is the same commands every time, and says what came of them."""

import os


class Outcome:
    """What could be seen: the `victim`'s command, and what bob has got, as (from, text) and by the names of files."""

    def __init__(self, victim, texts=(), files=None, told="", both=()):
        self.code = victim.code
        errors = [record for record in victim.records if record["type"] == "error"]
        self.what = errors[-1]["what"] if errors else None
        self.victim, self.texts, self.files, self.told = victim, list(texts), files or {}, told
        self.both = list(both)  # (code, what) of the other side, where it ends by itself
        shown = [record for record in victim.records
                 if record["type"] in ("session", "user", "pin", "offer") and record.get("trust")]
        about_bob = [record for record in shown if record.get("name") == "bob"]
        self.trusts = [record["trust"] for record in about_bob or shown]

    def __str__(self):
        return f"{self.code} {self.what}; bob has {self.texts} {sorted(self.files)}; {self.told}\n{self.victim}"


class Ended:
    """A program in the background that has ended, as Done tells of one that was run."""

    def __init__(self, process, code):
        self.code, self.records, self.stderr = code, process.records, process.stderr

    def __str__(self):
        return f"exit code: {self.code}\n{self.records}\n--- stderr\n{self.stderr}"


def receiving(stage, scheme):
    bob = stage.case.spawn("receive", "-o", os.path.join(stage.folder, "inbox") + "/", "--from", "alice,carol", "-v",
                           "--listen", f"{scheme}://127.0.0.1:0", home=stage.bob, json=True)
    stage.bob_port = int(bob.expect_record("listening")["endpoints"][0].rpartition(":")[2])
    return bob


def has_got(stage, bob, all_well):
    """Ends bob's program: his texts and files. In order, where he does not wait for somebody who will not come."""
    if all_well:
        bob.terminate()
    else:
        bob.kill()
        bob.wait()  # for all that it has said
    texts = [(record["from"], record["text"]) for record in bob.records if record["type"] == "message"]
    inbox, files = os.path.join(stage.folder, "inbox"), {}
    for name in os.listdir(inbox):
        if name != ".p2pc-partial":
            with open(os.path.join(inbox, name), "rb") as file:
                files[name] = file.read()
            os.remove(os.path.join(inbox, name))
    return texts, files


class Scene:
    about = ""
    victim = "alice"
    delivers = True  # a code of 0 says that bob has it

    def __init__(self, scheme="tls"):
        self.scheme = scheme

    def __str__(self):
        return f"{self.about} ({self.scheme})"

    def honest_visitor(self, _who):
        return None

    def done_right(self, stage, outcome):
        """Whether all is as it is when nobody lies."""
        return outcome.code == 0


class Message(Scene):
    about = "alice sends bob a message"

    def words(self, stage):
        return ["-m", stage.secret]

    def run(self, stage):
        bob = receiving(stage, self.scheme)
        done = stage.case.run_p2pc("send", "bob", *self.words(stage), "--listen", f"{self.scheme}://127.0.0.1:0",
                                   "--retry-for", "0", home=stage.alice, json=True)
        outcome = Outcome(done, *has_got(stage, bob, done.code == 0))
        outcome.told = bob.stderr
        return outcome

    def done_right(self, stage, outcome):
        return outcome.code == 0 and outcome.texts == [("alice", stage.secret)]


class File(Message):
    about = "alice sends bob a file"

    def words(self, stage):
        path = os.path.join(stage.folder, "paper")
        with open(path, "wb") as file:
            file.write(stage.content)
        return [path]

    def done_right(self, stage, outcome):
        return outcome.code == 0 and outcome.files == {"paper": stage.content}


class Ask(Scene):
    """A command of alice's that asks the server alone; over tls she asks it, or who stands there, directly."""

    delivers = False

    def __init__(self, *words, scheme="tcp", shows=None, right=0):
        super().__init__(scheme)
        self.words, self.shows, self.right = words, shows, right
        self.about = "alice says " + " ".join(words)

    def run(self, stage):
        words = [stage.words().get(word, word) for word in self.words]
        if self.scheme == "tls":
            words += ["--server", f"tls://127.0.0.1:{stage.tls_port or stage.town.tls_port}#{stage.town.fingerprint}"]
        return Outcome(stage.case.run_p2pc(*words, home=stage.alice, json=True))

    def done_right(self, stage, outcome):
        return outcome.code == self.right and (self.shows is None or stage.name in outcome.trusts)


class Enter(Scene):
    """Somebody has no login here yet, and knows the server by the fingerprint in its URL."""

    delivers = False

    def __init__(self, verb):
        super().__init__("tcp")
        self.verb, self.about = verb, "dora logs in at another machine" if verb == "login" else "erin registers"

    def run(self, stage):
        home = stage.fresh_home("dora" if self.verb == "login" else "erin" + stage.number)
        return Outcome(stage.case.run_p2pc(self.verb, home.name, "--server", stage.town.url, "--password-file",
                                           home.password_file, "--device", "another", home=home, json=True))


class NewPassword(Scene):
    about, delivers = "dora changes her password", False

    def run(self, stage):
        home = stage.dora
        return Outcome(stage.case.run_p2pc("passwd", "--password-file", home.password_file, "--new-password-file",
                                           home.password_file, home=home, json=True))
