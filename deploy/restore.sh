#!/usr/bin/env bash
# Puts a site back from the two files of deploy/backup.sh, into a run directory that holds none. `make up` then
# folds all states again from the log.
#
#   deploy/restore.sh LOG.tar.gz KEYS.tar
set -euo pipefail
umask 077

[ $# -eq 2 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
log=$(realpath "$1")
keys=$(realpath "$2")
cd "$(dirname "$0")/.."
run=${ATTUNE_RUN_DIR:-.run}

if [ -e "$run/secrets" ] || [ -e "$run/kafka" ] || [ -e "$run/redis" ]; then
    echo "There is a site in $run: put it aside or make nuke, or name another run directory in ATTUNE_RUN_DIR." >&2
    exit 1
fi
mode=$(python3 -m deploy.compose_mode mode)
gzip -t "$log"
# Kafka starts only under the id that its storage was formatted with.
cluster_id=$(tar -xzOf "$log" data/meta.properties | sed -n 's/^cluster\.id=//p')
mkdir -p "$run"
tar -C "$run" --no-same-owner -xf "$keys"

if [ "$mode" = compose ]; then
    printf %s "$cluster_id" >"$run/cluster-id"
    python3 -m deploy.compose_mode prepare
    files=(--env-file "$run/compose.env")
    [ ! -e deploy/.env ] || files+=(--env-file deploy/.env)
    gunzip -c "$log" | docker compose "${files[@]}" -f deploy/docker-compose.yml \
        run --rm --no-deps -T --entrypoint tar kafka -C /var/lib/kafka --no-same-owner -xf -
else
    mkdir -p "$run/kafka"
    printf %s "$cluster_id" >"$run/kafka/cluster-id"
    tar -C "$run/kafka" --no-same-owner -xzf "$log"
fi
echo "restored into $run; go on with make up"
