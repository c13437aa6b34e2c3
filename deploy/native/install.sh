#!/bin/sh
# Installs the system packages that Attune needs without Docker, if some are missing: as root on Debian at once,
# else it names them in one line to paste. Quick and silent when all are there. With the word to-run, Java and the
# servers are left out where the stack runs in containers.
set -eu
cd "$(dirname "$0")/../.."
python=$(command -v python3.11 || command -v python3 || echo false)

java_is_recent() {
    version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 17 ]
}

missing=""
command -v make >/dev/null || missing="$missing make"
command -v python3.11 >/dev/null || python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    missing="$missing python3"
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    missing="$missing python3-venv"
if [ "${1:-}" != to-run ] || [ "$("$python" -m deploy.compose_mode mode || true)" != compose ]; then
    java_is_recent || missing="$missing openjdk-17-jre-headless"
    command -v mvn >/dev/null || missing="$missing maven"
    command -v redis-server >/dev/null || missing="$missing redis-server"
    command -v prometheus >/dev/null || missing="$missing prometheus"
fi
# Tests look at the pages in a browser.
[ "${1:-}" = to-run ] || command -v chromium >/dev/null || missing="$missing chromium"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Some packages are missing. Paste this line, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi

echo "installing$missing"
# Debian starts a packaged server when it is installed. Attune starts its own, so these stay off: 101 is
# "forbidden by policy". A policy that is already there is left alone.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086  # a list of packages
apt-get install -q -y --no-install-recommends $missing
