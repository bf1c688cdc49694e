"""Strangers at a server: 5,000 slow connections, 1,000 password guesses a second, and what each byte of them costs.

    strangers.py [Load|Guesses|Allocations]...

Short, as the test is, unless P2PC_CAMPAIGN=long; then for P2PC_SECONDS each (default 300). In the environment:
P2PC_BINARY, or P2PC_USE_RELEASE and P2PC_RELEASE_BINARY, which must not be built with a sanitizer; P2PC_TOOLS, the
build folder where campaign_strangers, campaign_accounts, counting_memory.so and the plugins are.
"""

from hall import p2pc
from allocations import Allocations  # noqa: F401
from guesses import Guesses  # noqa: F401
from load import Load  # noqa: F401

if __name__ == "__main__":
    p2pc.main()
