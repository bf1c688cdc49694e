"""Load: thousands of connections that say nothing, little, or too slowly, while people work."""

from hall import DEVICE_HELLO, KIB, LONG, SECONDS, Hall, client_hello

SOURCES = 200
INTERVAL = 3  # seconds for a login, a list and a call of one person

CLIENT_HELLO = client_hello()
# Of each kind: transport, what is sent at once, what follows a byte every two seconds, and its share of all in a
# hundred. Whole ClientHellos stay below the 512 handshakes there may be at once.
KINDS = (
    ("tcp", b"", b"", 15),
    ("tcp", DEVICE_HELLO[:3], b"", 15),
    ("tcp", b"", DEVICE_HELLO, 12),
    ("tcp", DEVICE_HELLO, b"", 12),
    ("tls", b"", b"", 15),
    ("tls", CLIENT_HELLO[:100], b"", 11),
    ("tls", b"", CLIENT_HELLO, 12),
    ("tls", CLIENT_HELLO, b"", 8),
)
MOST = {"tcp": 16 * KIB, "tls": 96 * KIB}


class Load(Hall):
    def crowd(self, server, count, spread):
        """How many of the crowd come by each transport with a whole hello, and the crowd, which stands."""
        lines, allowed = [], 0
        for number, (scheme, first, drip, share) in enumerate(KINDS):
            of_kind = count * share // 100
            whole = scheme == "tls" and first == CLIENT_HELLO
            allowed += of_kind * MOST["tls" if whole else "tcp"]
            lines.append(f"kind{number} {server.ports[scheme]} {of_kind} {first.hex() or '-'} {drip.hex() or '-'}\n")
        kinds = self.write_file("kinds", "".join(lines).encode())
        crowd = self.start_tool("crowd", kinds, SOURCES, int(spread * 1000))
        crowd.expect_record("standing", count=count, timeout=120)
        return crowd, allowed

    def test_slow_strangers_are_in_nobodys_way(self):
        count, people, seconds, spread = (5000, 200, SECONDS, 10) if LONG else (300, 20, 0, 0)
        rounds, interval = (max(1, seconds // INTERVAL), INTERVAL * 1000) if LONG else (3, 0)
        server = self.served(people)
        work = self.start_tool("work", "PLUGINS", server.url, people, rounds, interval)
        work.expect_record("in", count=people, timeout=120)
        live, resident = server.memory.live(), server.resident()
        server.memory.forget_peak()
        crowd, allowed = self.crowd(server, count, spread)
        work.write_line("")
        done = work.expect_record("work", timeout=seconds + 300)
        grown = server.memory.peak() - live
        crowd.close_stdin()
        told = crowd.expect_record("crowd")
        print(f"{count} slow connections from {SOURCES} addresses, {people} people, {rounds} rounds", flush=True)
        print(f"  put out and back {told['put_out']} times, never fewer than {told['least']} standing", flush=True)
        print(f"  resident memory grew by {(server.resident() - resident) / count / KIB:.1f} KiB each", flush=True)
        self.assertEqual(told["count"], count)
        self.judge_work(work, done, people, 500, 100)
        self.rule("memory of all of them at most", grown / count / KIB, "KiB each", most=allowed / count / KIB)
        self.rule("connections that could not be made", told["failed"], "", exactly=0)
        self.judge()
