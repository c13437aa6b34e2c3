#!/usr/bin/env bash
# Backs a site up into two files: the log (Kafka's data), and apart from it the keys. Redis is folded again from
# the log. The stack stands still while the log is copied, and goes on afterwards if it was up.
#
#   deploy/backup.sh FOLDER
set -euo pipefail
umask 077

[ $# -eq 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
run=${ATTUNE_RUN_DIR:-.run}
stamp=$(date -u +%Y%m%dT%H%M%SZ)
log="$folder/attune-log-$stamp.tar.gz"
keys="$folder/attune-keys-$stamp.tar"

compose() {
    local files=(--env-file "$run/compose.env")
    [ ! -e deploy/.env ] || files+=(--env-file deploy/.env)
    docker compose "${files[@]}" -f deploy/docker-compose.yml "$@"
}

if [ -e "$run/compose.env" ]; then
    is_up() { [ -n "$(compose ps --quiet --status running kafka)" ]; }
    stop() { compose stop; }
    go_on() { compose up -d --wait; }
    log_as_tar() { compose run --rm --no-deps -T --entrypoint tar kafka -C /var/lib/kafka -cf - data; }
else
    is_up() { .venv/bin/python -m deploy.native urls >/dev/null 2>&1; }
    stop() { .venv/bin/python -m deploy.native down; }
    go_on() { .venv/bin/python -m deploy.native up; }
    log_as_tar() { tar -C "$run/kafka" -cf - data; }
fi

[ -d "$run/secrets" ] || { echo "There is no site in $run: name its run directory in ATTUNE_RUN_DIR." >&2; exit 1; }

began=$SECONDS
if is_up; then
    trap go_on EXIT
    stop
fi
log_as_tar | gzip >"$log.part"
gzip -t "$log.part"
mv "$log.part" "$log"
tar -C "$run" -cf "$keys" secrets

if [ -n "$(trap -p EXIT)" ]; then
    trap - EXIT
    go_on
    echo "the site stood still for $((SECONDS - began)) s"
fi
ls -l "$log" "$keys"
echo "Keep the keys apart from the log: who has both can read everything."
