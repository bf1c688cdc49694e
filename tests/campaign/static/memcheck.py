"""memcheck.py BUILD [TEST...]: builds the unit and contract tests in BUILD and runs each under valgrind.

Prints what memcheck found and a line of figures, and ends with 1 where a test failed or there was anything. Only the
cases of tests without findings are counted.
static/valgrind.supp names what is the fault of a library, with its reason.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
import time

from commands import HERE

SECONDS = 1800
FAULT = 99
VALGRIND = [
    "valgrind",
    "--quiet",
    "--leak-check=full",
    "--show-leak-kinds=definite,indirect,possible",
    "--errors-for-leak-kinds=definite,indirect,possible",
    f"--error-exitcode={FAULT}",
    "--child-silent-after-fork=yes",
    "--num-callers=30",
    "--suppressions=" + os.path.join(HERE, "valgrind.supp"),
]
SCRIPTS = {"contract_unix_example"}  # builds an example outside the tree, and is no program


def tests(build):
    listed = subprocess.run(["ctest", "--test-dir", build, "-N"], capture_output=True, text=True, check=True).stdout
    return [name for name in re.findall(r"Test +#\d+: ((?:unit|contract)_\w+)", listed) if name not in SCRIPTS]


def run(build, name):
    """(what was said where all was not well, test cases run)."""
    command = [*VALGRIND, os.path.join(build, "tests", name), "--order", "lex"]
    try:
        done = subprocess.run(
            command, cwd=build, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"took more than {SECONDS} s", 0
    cases = re.search(r"assertions? in (\d+) test case", done.stdout)
    if done.returncode == 0 and cases:
        return "", int(cases[1])
    return f"ended with {done.returncode}\n{done.stdout[-8000:]}{done.stderr[-20000:]}", 0


def main(build, *only):
    start = time.monotonic()
    names = [name for name in tests(build) if not only or name in only]
    subprocess.run(["cmake", "--build", build, "-j2", "--target", *names], check=True, stdout=subprocess.DEVNULL)
    failed = total = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("STATIC_JOBS", "1"))) as pool:
        for name, (said, cases) in zip(names, pool.map(lambda name: run(build, name), names)):
            total += cases
            if said:
                failed += 1
                print(f"{name}:\n{said}", flush=True)
    seconds = round(time.monotonic() - start)
    print(f"valgrind: {len(names)} programs, {total} test cases, {failed} with findings, {seconds} s")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
