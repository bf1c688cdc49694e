"""What a logged-in client asks the server that it should not, or not so."""

import encode as e
from expect import CLOSED, GOES_ON, Case, Replied, Waits, failed

BROKEN, NOBODY, UNKNOWN = failed(e.MALFORMED), failed(e.NO_SUCH_USER), failed(e.NOT_FOUND)
USERS, DONE = Replied("users"), Replied("done")
SQL = "' OR 1=1; DROP TABLE accounts; --"
END = "tcp://127.0.0.1:4000"


def call(*fields):
    return e.ask("call", b"".join(fields))


def report(session=bytes(16), reason=1, bytes_in=0, path="direct", ended=1, more=b""):
    fields = [e.text(1, session)] + [e.num(n, v) for n, v in ((2, reason), (3, bytes_in)) if v]
    return e.ask("report", b"".join(fields) + (e.text(5, path) if path else b"") + e.num(6, ended) + more)


FRAMES = [
    Case("a hello", lambda o: o.world.right_hello(), CLOSED),
    Case("a challenge", e.frame(e.CHALLENGE, bytes(32)), CLOSED),
    Case("a proof", e.frame(e.PROOF, bytes(64)), CLOSED),
    Case("data", e.data(1, 0, b"x"), CLOSED),
    Case("a refusal", e.frame(e.REFUSE, e.num(1, 8)), CLOSED),
    Case("a request in the frame of a refusal", e.frame(e.REFUSE, e.num(1, 1) + e.text(e.CLIENT["list"], b"")), CLOSED),
    Case("an empty refusal", e.frame(e.REFUSE), CLOSED),
    Case("type 0", e.frame(0, b"x"), CLOSED),
    Case("type 9", e.frame(9, b"x"), CLOSED),
    Case("a length of 0", bytes(5), CLOSED),
    Case("an empty control frame", e.control(b""), CLOSED),
    Case("a control frame of 65537", e.frame(e.CONTROL, b"", 65537), CLOSED),
    Case("a control frame of 2^32-1", e.frame(e.CONTROL, b"", 2**32 - 1), CLOSED),
    Case("a request of 65536", e.control(e.num(1, 1) + e.text(6, e.text(999, bytes(65521)))), USERS),
    Case("a beat without a state", e.frame(e.BEAT), CLOSED),
    Case("a beat with two states", e.frame(e.BEAT, b"\0\0"), CLOSED),
    Case("a beat with a state of version 2", e.frame(e.BEAT, b"\xc8"), GOES_ON),
    Case("a thousand beats", e.frame(e.BEAT, b"\0") * 1000, GOES_ON),
    Case("three bytes of a header", b"\0\0\0", Waits()),
    Case("half a request", e.ask("list", e.num(1, 1))[:7], Waits()),
    Case("text", b"/quit\n", CLOSED),
    Case("the hello of TLS", b"\x16\x03\x01\x00\xc8\x01" + bytes(199), CLOSED),
]

MESSAGES = [
    Case("no number", e.control(e.text(e.CLIENT["list"], b"")), CLOSED),
    Case("number 0", e.control(b"\x08\0" + e.text(e.CLIENT["list"], b"")), CLOSED),
    Case("the last number", e.ask("list", number=2**64 - 1), Replied("users", 2**64 - 1)),
    Case("the number twice", e.control(e.num(1, 1) + e.num(1, 2) + e.text(e.CLIENT["list"], b"")), CLOSED),
    Case("the number as bytes", e.control(e.text(1, b"\1") + e.text(e.CLIENT["list"], b"")), CLOSED),
    Case("the number in more bytes than it needs", e.control(b"\x08\x81\x00" + e.text(6, b"")), CLOSED),
    Case("the number and nothing else", e.control(e.num(1, 1)), failed(e.UNSUPPORTED)),
    Case("a request of version 2", e.control(e.num(1, 1) + e.text(99, b"abc")), failed(e.UNSUPPORTED)),
    Case("two requests in one", e.control(e.num(1, 1) + e.text(6, b"") + e.text(7, b"")), CLOSED),
    Case("a request twice in one", e.control(e.num(1, 1) + e.text(6, b"") * 2), CLOSED),
    Case("a request as a number", e.control(e.num(1, 1) + e.num(6, 1)), CLOSED),
    Case("a request longer than its frame", e.control(e.num(1, 1) + b"\x32\x7fabc"), CLOSED),
    Case("a request of 2^32-1 bytes", e.control(e.num(1, 1) + b"\x32" + e.varint(2**32 - 1)), CLOSED),
    Case("a zero byte behind it", e.control(e.num(1, 1) + e.text(6, b"") + b"\0"), CLOSED),
    Case("noise behind it", e.control(e.num(1, 1) + e.text(6, b"") + b"\xff\xff"), CLOSED),
    Case("noise in it", e.ask("list", b"\xff\xff\xff"), CLOSED),
    Case("a default that was encoded", e.ask("list", b"\x08\0"), CLOSED),
    Case("a field of another type in it", e.ask("list", e.text(1, b"\1")), CLOSED),
    Case("an unknown field in it is skipped", e.ask("list", e.num(100, 1)), USERS),
    Case("an unknown field beside it is skipped", e.control(e.num(1, 1) + e.text(6, b"") + e.num(77, 1)), USERS),
    Case("a group in it", e.ask("list", b"\x0b\x0c"), CLOSED),
    Case("what a server says", e.control(e.num(1, 1) + e.text(e.SAID["welcome"], bytes(4))), CLOSED),
    Case("what peers say", e.say("batch", e.num(1, 1) + e.num(2, 1)), CLOSED),
    Case("two requests behind each other", e.ask("list") + e.ask("list", number=2), USERS),
    Case("a number used twice", e.ask("list") * 2, USERS),
]

PEOPLE = [
    Case("a registration by somebody logged in", lambda o: e.ask("register", o.who.registration()), failed(e.REFUSED)),
    Case("an enrolment by somebody logged in", e.ask("enrol", e.text(1, bytes(9))), failed(e.REFUSED)),
    Case("another password by somebody logged in", e.ask("passwd", e.text(1, bytes(9))), failed(e.REFUSED)),
    Case("the removal of no device", e.ask("remove"), BROKEN),
    Case("the removal of 15 bytes", e.ask("remove", e.text(1, bytes(15))), BROKEN),
    Case("the removal of an unknown device", e.ask("remove", e.text(1, bytes(16))), UNKNOWN),
    Case("the removal of alice's device", lambda o: e.ask("remove", e.text(1, o.world.alice.device_id)), UNKNOWN),
    Case("info on nobody", e.ask("info"), BROKEN),
    Case("info on an unknown name", e.ask("info", e.text(1, "nobody")), NOBODY),
    Case("info on SQL", e.ask("info", e.text(1, SQL)), BROKEN),
    Case("info on a wildcard", e.ask("info", e.text(1, "%")), BROKEN),
    Case("info on a name of 33", e.ask("info", e.text(1, "a" * 33)), BROKEN),
    Case("info on a name of 60000", e.ask("info", e.text(1, "a" * 60000)), BROKEN),
    Case("info on a name in capitals", e.ask("info", e.text(1, "Alice")), BROKEN),
    Case("info on a name with a zero byte", e.ask("info", e.text(1, "alice\0")), BROKEN),
    Case("info on a name that is not UTF-8", e.ask("info", e.text(1, b"\xff")), CLOSED),
    Case("program 4", e.ask("announce", e.num(1, 4)), BROKEN),
    Case("program 2^31-1", e.ask("announce", e.num(1, 2**31 - 1)), BROKEN),
    Case("an empty endpoint", e.ask("announce", e.text(2, "")), BROKEN),
    Case("an endpoint of noise", e.ask("announce", e.text(2, "\x01\x02")), BROKEN),
    Case("an endpoint of SQL", e.ask("announce", e.text(2, SQL)), BROKEN),
    # What stands behind the scheme is for the plugins of whoever dials it.
    Case("an endpoint with port 0", e.ask("announce", e.text(2, "tcp://127.0.0.1:0")), DONE),
    Case("an endpoint with port 65536", e.ask("announce", e.text(2, "tcp://127.0.0.1:65536")), DONE),
    Case("an endpoint without a port", e.ask("announce", e.text(2, "tcp://127.0.0.1")), DONE),
    Case("an endpoint with an escape sequence", e.ask("announce", e.text(2, "tcp://\x1b[2J:4000")), BROKEN),
    Case("an endpoint of 5000 bytes", e.ask("announce", e.text(2, "tcp://" + "a" * 5000 + ":1")), BROKEN),
    Case("an endpoint twice", e.ask("announce", e.text(2, END) * 2), BROKEN),
    Case("nine endpoints", e.ask("announce", b"".join(e.text(2, END + str(i)) for i in range(9))), BROKEN),
    Case("a session up of 15 bytes", e.ask("announce", e.text(3, e.text(1, bytes(15)))), BROKEN),
    Case("a session up that is nobody's", e.ask("announce", e.text(3, e.text(1, bytes(16)))), DONE),
    Case("257 sessions up", e.ask("announce", e.text(3, e.text(1, bytes(16))) * 257), BROKEN),
    Case("a session up as a text within", e.ask("announce", e.text(3, b"\xff\xff")), CLOSED),
    Case("a limit of 2^32-1 sessions", e.ask("sessions", e.num(1, 2**32 - 1)), Replied("sessions")),
    Case("a limit beyond 32 bits", e.ask("sessions", e.num(1, 2**32)), CLOSED),
]

CALLS = [
    Case("a call of nobody", call(e.num(3, 1)), BROKEN),
    Case("a call of an unknown name", call(e.text(1, "nobody"), e.num(3, 1)), NOBODY),
    Case("a call of SQL", call(e.text(1, SQL), e.num(3, 1)), BROKEN),
    Case("a call of somebody who is away", call(e.text(1, "carol"), e.num(3, 1)), failed(e.OFFLINE)),
    Case("a call of no kind", call(e.text(1, "carol")), BROKEN),
    Case("a call of kind 5", call(e.text(1, "carol"), e.num(3, 5)), BROKEN),
    Case("a call of kind 2^64-1", call(e.text(1, "carol"), e.num(3, 2**64 - 1)), BROKEN),
    Case("a call of a device in capitals", call(e.text(1, "carol"), e.text(2, "LAPTOP"), e.num(3, 1)), BROKEN),
    Case("a call of a device of SQL", call(e.text(1, "carol"), e.text(2, SQL), e.num(3, 1)), BROKEN),
    Case("a call from an endpoint of noise", call(e.text(1, "carol"), e.num(3, 1), e.text(4, "x")), BROKEN),
    Case("a call from nine endpoints",
         call(e.text(1, "carol"), e.num(3, 1), *[e.text(4, END + str(i)) for i in range(9)]), BROKEN),
    Case("a call seen at port 65536",
         call(e.text(1, "carol"), e.num(3, 1), e.text(5, "tcp"), e.num(6, 65536)), BROKEN),
    Case("a call seen over SQL", call(e.text(1, "carol"), e.num(3, 1), e.text(5, SQL), e.num(6, 4000)), BROKEN),
    Case("a call seen over nothing", call(e.text(1, "carol"), e.num(3, 1), e.num(6, 4000)), BROKEN),
    Case("a call with its port as bytes", call(e.text(1, "carol"), e.num(3, 1), e.text(6, "80")), CLOSED),
    Case("a call with its scheme as a number", call(e.text(1, "carol"), e.num(3, 1), e.num(5, 80)), CLOSED),
    Case("a call with its name twice", call(e.text(1, "carol") * 2, e.num(3, 1)), CLOSED),
    Case("an answer to no call", e.ask("answer"), BROKEN),
    Case("an answer to a call of 15 bytes", e.ask("answer", e.text(1, bytes(15))), BROKEN),
    Case("an answer to a call that is not there", e.ask("answer", e.text(1, bytes(16)) + e.num(2, 1)), UNKNOWN),
    Case("an answer to another's call",
         lambda o: e.ask("answer", e.text(1, o.world.others_session) + e.num(2, 1)), UNKNOWN),
    Case("an answer at an endpoint of noise",
         e.ask("answer", e.text(1, bytes(16)) + e.num(2, 1) + e.text(3, "x")), BROKEN),
    Case("a call that is taken back of 17 bytes", e.ask("cancel", e.text(1, bytes(17))), BROKEN),
    Case("a call that is taken back and is not there", e.ask("cancel", e.text(1, bytes(16))), UNKNOWN),
    Case("another's session that is taken back",
         lambda o: e.ask("cancel", e.text(1, o.world.others_session)), UNKNOWN),
    Case("a report of no session", e.ask("report", e.num(2, 1)), BROKEN),
    Case("a report of 15 bytes", report(bytes(15)), BROKEN),
    Case("a report of a session that is not there", report(), UNKNOWN),
    Case("a report of another's session", lambda o: report(o.world.others_session), failed(e.REFUSED)),
    Case("a report without a reason", report(reason=0), BROKEN),
    Case("a report with reason 5", report(reason=5), BROKEN),
    Case("a report with a path of SQL", report(path=SQL), BROKEN),
    Case("a report with a path in capitals", report(path="Direct"), BROKEN),
    Case("a report with a path of 17 letters", report(path="a" * 17), BROKEN),
    Case("a report with 2^63 bytes", report(bytes_in=2**63), BROKEN),
    Case("a report before 1970", report(ended=2**64 - 1), BROKEN),
    Case("a report after 9999", report(ended=253402300800000), BROKEN),
    Case("a report with a field twice", report(more=e.num(6, 2)), CLOSED),
]

CASES = FRAMES + MESSAGES + PEOPLE + CALLS
