#!/bin/bash
# Runs once, when the primary's data are made: databases, the replicator, its slot, its way in.
set -euo pipefail

psql -v ON_ERROR_STOP=1 -v password="$REPLICATOR_PASSWORD" -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
select 'create role bulkhead_replicator login replication'
 where not exists (select 1 from pg_roles where rolname = 'bulkhead_replicator') \gexec
alter role bulkhead_replicator replication password :'password';
select format('create database %I template template0', name)
  from unnest(array['bulkhead', 'bulkhead_sao']) as name
 where not exists (select 1 from pg_database where datname = name) \gexec
select pg_create_physical_replication_slot('bulkhead_replica', true)
 where not exists (select 1 from pg_replication_slots where slot_name = 'bulkhead_replica');
SQL

echo "host replication bulkhead_replicator samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
