"""Messages of a chat while a file of the same chat flows: how long each takes to be shown by the other side."""

import threading
import time

from stage import LONG

_PAUSE = 0.05


def under_load(stage, wan, source):
    """The seconds of each, sorted."""
    bob = wan.lab.start("srv", stage.command("chat", "--from", "alice", home=wan.bob, json=True))
    bob.expect_record("listening")
    alice = wan.lab.start("a", stage.command("chat", "bob", home=wan.alice, json=True))
    bob.expect_record("session", state="active")
    alice.expect_record("session", state="active")
    alice.write_record(type="send", path=source)
    bob.write_record(type="accept", id=bob.expect_record("offer")["id"])
    alice.expect_record("progress")
    arrived = threading.Event()

    def wait_for_file():
        bob.expect_record("file", timeout=LONG)
        arrived.set()

    waiting = threading.Thread(target=wait_for_file)
    waiting.start()
    took = []
    while not arrived.is_set():
        text = f"message {len(took)}"
        start = time.monotonic()
        alice.write_record(type="message", text=text)
        bob.expect_record("message", text=text)
        took.append(time.monotonic() - start)
        time.sleep(_PAUSE)
    waiting.join()
    for one in (alice, bob):
        one.kill()
    return sorted(took)
