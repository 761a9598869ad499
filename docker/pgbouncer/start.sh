#!/bin/sh
# Writes the two roles that go through the pool, then starts it.
set -eu
umask 077
{
    echo "\"bulkhead_app\" \"$APP_PASSWORD\""
    echo "\"bulkhead_reader\" \"$READER_PASSWORD\""
} > /run/bulkhead/users.txt
exec pgbouncer /etc/bulkhead/pgbouncer.ini
