#!/usr/bin/env bash
# p2pc in one command: installs what is missing, builds, and runs the main job - a server on its own
# database, two people, a message each way, files of every kind, a stream - over an encrypted direct link on
# this machine. It ends by itself, says what it did, and leaves nothing behind.
#
#   examples/quickstart.sh          (asks for sudo only if packages are missing and you are not root)
#   P2PC=/path/to/p2pc examples/quickstart.sh    uses that binary and builds nothing
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scheme=${P2PC_QUICKSTART_SCHEME:-tls}

if [ -z "${P2PC:-}" ]; then
    "$root/cmake/install_packages.sh"
    (cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release)
    P2PC=$root/build/release/p2pc
fi
unset P2PC_SERVER P2PC_USER P2PC_PASSWORD P2PC_PASSWORD_FILE P2PC_HOME

work=$(mktemp -d "${TMPDIR:-/tmp}/p2pc-quickstart.XXXXXX")
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

say() { printf '\n== %s\n' "$*"; }
# Shows a command as one would type it, then what came back.
run() {
    printf '$ p2pc %s\n' "$*" | sed "s|$work|~|g; s|$P2PC|p2pc|g"
    "$P2PC" "$@" 2>&1 | sed "s|$work|~|g"
}
fail() { echo "quickstart: $*" >&2; exit 1; }
# Waits for a line of a file that matches, written by a process that runs.
await() { # FILE PATTERN PID
    local line
    while :; do
        line=$(grep -m1 -- "$2" "$1" 2>/dev/null || true)
        [ -n "$line" ] && { printf '%s\n' "$line"; return; }
        kill -0 "$3" 2>/dev/null || { cat "$1" >&2; fail "it ended before it said '$2'"; }
        sleep 0.05
    done
}
same() { # WHAT FILE FILE
    local a b
    a=$(sha256sum <"$2"); b=$(sha256sum <"$3")
    [ "$a" = "$b" ] || fail "$1 arrived different"
    printf '   %s: %s bytes, sha256 %.16s... on both sides\n' "$1" "$(stat -c %s "$2")" "$a"
}

cd "$work"
mkdir inbox
printf 'correct horse battery' >alice.password
printf 'staple of the tide' >bob.password
chmod 600 ./*.password

say "the server, on its embedded database"
echo "\$ p2pc serve --listen $scheme://127.0.0.1:0"
as_root=()
[ "$(id -u)" -ne 0 ] || as_root=(--allow-root)   # a server does not run as root unless it is told to
"$P2PC" --home "$work/server" --json serve "${as_root[@]}" --listen "$scheme://127.0.0.1:0" >server.out 2>server.log &
server=$!
pids+=("$server")
listening=$(await server.out '"listening"' "$server")
url=$(sed -n 's/.*"server":"\([^"]*\)".*/\1/p' <<<"$listening")
[ -n "$url" ] || fail "no address in: $listening"
echo "   $url"

say "two people register; each home is one login"
run --home alice --server "$url" register alice --password-file alice.password --device laptop
run --home bob --server "$url" register bob --password-file bob.password --device box

say "bob waits for what comes (from alice only)"
echo '$ p2pc receive --from alice -o inbox'
"$P2PC" --home bob --json receive --from alice -o inbox >bob.out 2>bob.err &
bob=$!
pids+=("$bob")
await bob.out '"listening"' "$bob" >/dev/null

say "alice finds bob in the list"
run --home alice list

say "a message each way, from person to person"
run --home alice send bob -m 'hello bob, can you hear me?'
await bob.out '"message"' "$bob" | sed 's/^/   bob got: /'
"$P2PC" --home alice --json receive --once --from bob >alice.out 2>alice.err &
alice=$!
pids+=("$alice")
await alice.out '"listening"' "$alice" >/dev/null
run --home bob send alice -m 'loud and clear'
wait "$alice"
grep '"message"' alice.out | sed 's/^/   alice got: /'

say "files of any type: a text, a picture, a document, 64 MiB of random bytes"
printf 'shopping:\n- bread\n- olives\n' >list.txt
base64 -d >picture.png <<'PNG'
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
PNG
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n' >paper.pdf
head -c 67108864 /dev/urandom >random.bin
run --home alice send bob list.txt picture.png paper.pdf random.bin
for name in list.txt picture.png paper.pdf random.bin; do same "$name" "$name" "inbox/$name"; done
kill -TERM "$bob"
wait "$bob" || true

say "a stream: what alice's pipe says comes out of bob's"
echo '$ p2pc receive --once --from alice -o - | sha256sum'
"$P2PC" --home bob receive --once --from alice -o - >stream.out 2>stream.err &
bob=$!
pids+=("$bob")
seq 1 200000 >stream.in
echo '$ seq 1 200000 | p2pc send --wait=30s bob -'
"$P2PC" --home alice send --wait=30s bob - <stream.in
wait "$bob"
same stream stream.in stream.out

say "what the server remembers of it: who, when, how it ended, how many bytes"
run --home alice sessions
kill -TERM "$server"
wait "$server" || fail "the server did not end in order"

say "done: two accounts, two messages, four files and a stream, all direct and verified"
