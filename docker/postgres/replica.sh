#!/bin/bash
# Copies the primary at the first start, whole or not at all, then follows it. Arguments go to the server.
set -euo pipefail
: "${PRIMARY_HOST:=postgres}" "${PRIMARY_PORT:=5432}" "${PGDATA:?}" "${REPLICATOR_PASSWORD:?}"

if [ "$(id -u)" = 0 ]; then
    mkdir -p "$(dirname "$PGDATA")"
    chown -R postgres:postgres "$(dirname "$PGDATA")"
    exec gosu postgres "$0" "$@"
fi

umask 077
passwords="$(dirname "$PGDATA")/replicator.pgpass"
echo "*:*:*:bulkhead_replicator:$REPLICATOR_PASSWORD" > "$passwords"
primary="host=$PRIMARY_HOST port=$PRIMARY_PORT user=bulkhead_replicator dbname=postgres passfile=$passwords"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    making="$PGDATA.making"
    rm -rf "$making"
    pg_basebackup -d "$primary" -D "$making" -X stream -S bulkhead_replica -c fast
    touch "$making/standby.signal"
    if [ -d "$PGDATA" ]; then rmdir "$PGDATA"; fi
    mv "$making" "$PGDATA"
fi

exec postgres -D "$PGDATA" "$@" \
    -c "primary_conninfo=$primary application_name=replica" \
    -c primary_slot_name=bulkhead_replica
