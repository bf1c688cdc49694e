"""The tables of lies, and which of them are told at which length."""

import lies_account
import lies_call
import lies_first
import lies_introduction
import lies_invite
import lies_link
import lies_network
import lies_server
import lies_visit

# Those first that take 10 s, for which a caller looks for another way.
TABLES = (lies_link, lies_network, lies_call, lies_invite, lies_visit, lies_introduction, lies_server, lies_account,
          lies_first)


def lies():
    """(the table's name, lie)."""
    return [(table.__name__.removeprefix("lies_"), lie) for table in TABLES for lie in table.LIES]


def tellings(long, of=""):
    """(lie, how alice and bob stand): in the short form each lie once, after pinning where it can be told then."""
    found = []
    for table, lie in lies():
        if of in f"{table}: {lie.name}":
            once = "pinned" if "pinned" in lie.stages else lie.stages[0]
            found += [(lie, name) for name in (lie.stages if long else (once,))]
    return found
