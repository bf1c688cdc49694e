#!/usr/bin/env bash
# install_packages.sh [HEADING...]: installs those packages of cmake/packages.txt that are missing (with sudo
# when not root), and of those under a [HEADING] the ones that are named. Prints nothing and touches no network
# when all are there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
missing=()
wanted=yes
while IFS= read -r line; do
    name=${line%%#*}
    name=${name//[[:space:]]/}
    [ -n "$name" ] || continue
    if [[ $name == \[*\] ]]; then
        wanted=no
        for heading in "$@"; do [ "$name" != "[$heading]" ] || wanted=yes; done
        continue
    fi
    [ "$wanted" = yes ] || continue
    status=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$name")
done <"$here/packages.txt"
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "install these packages as root: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
fi
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
