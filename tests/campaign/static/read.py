"""read.py tidy|analyzer BUILD [PATH...]: one reader over the sources in BUILD's compile_commands.json.

Prints what was found in this tree and a line of figures, and ends with 1 where there was anything. A source that the
reader does not get through, for time, memory or a fault of its own, is a finding too.
"""

import concurrent.futures
import os
import re
import resource
import subprocess
import sys
import time

from commands import ROOT, analyzer_command, sources, tidy_command

SECONDS = 300
MEMORY = 4 << 30
UNREAD = {"clang-diagnostic-error", "error"}  # as clang-tidy and g++ call what does not compile
COMMANDS = {"tidy": tidy_command, "analyzer": analyzer_command}
# PATH:LINE:COLUMN: warning: TEXT [CHECK]
SAID = re.compile(r"^([^\s:]+):(\d+):\d+: (?:warning|(?:fatal )?error): (.*?)(?: \[([^\]]+)\])?$", re.MULTILINE)


def parse(text, folder):
    """(path, line, check, text) of each thing said."""
    found = set()
    for path, line, said, checks in SAID.findall(text):
        check = checks.split(",")[0].split(" ")[-1] or "error"
        found.add((os.path.relpath(os.path.join(folder, path), ROOT), int(line), check, said))
    return found


def counts(path, check):
    """A library's header is not ours to mend, but one that does not compile was not read."""
    return check in UNREAD or not path.startswith(("..", "build" + os.sep))


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def read(source, command):
    try:
        done = subprocess.run(
            command, cwd=source.folder, capture_output=True, text=True, timeout=SECONDS, preexec_fn=limited, check=False
        )
    except subprocess.TimeoutExpired:
        return {(source.path, 0, "unread", f"took more than {SECONDS} s")}
    said = parse(done.stdout + done.stderr, source.folder)
    if done.returncode < 0 or (done.returncode > 0 and " error: " not in done.stdout + done.stderr):
        return {(source.path, 0, "unread", f"ended with {done.returncode}: {done.stderr[-300:]}")}
    return {finding for finding in said if counts(finding[0], finding[2])}


def main(reader, build, *only):
    start = time.monotonic()
    listed = sources(build, only)
    found = set()
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("STATIC_JOBS", "1"))) as pool:
        for some in pool.map(lambda source: read(source, COMMANDS[reader](source, build)), listed):
            for path, line, check, said in sorted(some - found):
                print(f"{path}:{line}: {said} [{check}]", flush=True)
            found |= some
    seconds = round(time.monotonic() - start)
    print(f"{reader}: {len(listed)} files, {len(found)} findings, {seconds} s")
    return 1 if found or not listed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
