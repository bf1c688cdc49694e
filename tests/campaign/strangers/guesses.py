"""Guesses: a thousand wrong passwords a second, while the owners of those accounts work on their devices."""

import collections
import random

from hall import LONG, SECONDS, Hall

FIRST_BLOCK = 60  # seconds, where the run is long enough to see several


def blocks_within(seconds):
    """How many times a name that is guessed at all the time is blocked: for 1, 2, 4... first blocks."""
    count, over = 0, 0
    while over < seconds:
        over += FIRST_BLOCK << count
        count += 1
    return count


class Guesses(Hall):
    def audited(self, server):
        """{name: {(event, outcome): rows}}"""
        done = self.run_ok("admin", "--db", server.database, "audit", json=True)
        rows = collections.defaultdict(collections.Counter)
        for row in done.records:
            rows[row.get("name")][row.get("event"), row.get("outcome")] += 1
        return rows

    def test_guesses_are_three_a_block_and_lock_no_device_out(self):
        known, invented, people = (100, 20, 200) if LONG else (20, 5, 20)
        count, rate, at_once = (1000 * SECONDS, 1000, 8000) if LONG else (600, 0, 64)
        rounds, interval = (max(1, SECONDS // 3), 3000) if LONG else (3, 0)
        many = LONG and SECONDS > 2 * FIRST_BLOCK
        blocks = blocks_within(SECONDS) if many else 1
        seed = random.SystemRandom().getrandbits(32)
        server = self.served(people, ["--limit", f"first-block={FIRST_BLOCK}s"] if many else [])
        work = self.start_tool("work", "PLUGINS", server.url, people, rounds, interval)
        work.expect_record("in", count=people, timeout=120)
        work.write_line("")
        with self.subTest(seed=seed):
            guess = self.start_tool("guess", "PLUGINS", server.url, known, invented, count, rate, at_once, seed)
            told = guess.expect_record("guesses", timeout=SECONDS + 300)
            done = work.expect_record("work", timeout=SECONDS + 300)
            names = [record for record in guess.records if record["type"] == "guessed"]
            self.assertEqual(len(names), known + invented)
            print(f"{count} guesses at {known} accounts and {invented} names nobody has, seed {seed}, "
                  f"{told['most_at_once']} at once at most", flush=True)
            if guess.stderr:
                print(guess.stderr)
            self.judge_guesses(server, names, blocks)
            if LONG:
                self.rule("time for the guesses", told["seconds"], "s", most=1.02 * SECONDS)
            self.judge_work(work, done, people, 1000)
            owners = self.start_tool("work", "PLUGINS", server.url, known, 1, 0)
            owners.expect_record("in", timeout=120)
            owners.write_line("")
            self.rule("devices of guessed accounts that cannot log in", owners.expect_record("work")["failed"], "",
                      exactly=0)
            self.judge()

    def judge_guesses(self, server, names, blocks):
        audited = self.audited(server)
        real = [record for record in names if record["real"]]
        odd = [r["name"] for r in names if r["evaluated"] != 3 * blocks]
        self.rule(f"names with another number of evaluated guesses than {3 * blocks}", len(odd), f"of {len(names)}",
                  exactly=0)
        rows = [audited[r["name"]] for r in real]
        odd = [row for row in rows if (row["login", "wrong"], row["lockout", "done"]) != (3 * blocks, blocks)]
        self.rule(f"accounts audited with another number than {3 * blocks}, and {blocks} blocks", len(odd),
                  f"of {len(real)}", exactly=0)
        self.rule("guesses without an answer", sum(r["other"] for r in names), "", exactly=0)
        stats = self.run_ok("admin", "--db", server.database, "stats", json=True).record("server_stats")
        self.rule("evaluated guesses at names nobody has, as the server counts", stats["unknown_names"], "",
                  exactly=3 * blocks * (len(names) - len(real)))
