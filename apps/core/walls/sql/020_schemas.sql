-- Schemas, and what nobody may do in them.
create extension if not exists vector;

create schema if not exists tenancy authorization bulkhead_owner;
create schema if not exists audit authorization bulkhead_audit;

revoke all on schema public from public;
grant usage, create on schema public to bulkhead_owner;
grant usage on schema public to bulkhead_app, bulkhead_reader, bulkhead_audit, bulkhead_sealer, bulkhead_relay;
grant usage on schema tenancy to bulkhead_app, bulkhead_reader, bulkhead_audit, bulkhead_sealer;
grant usage on schema audit to bulkhead_app, bulkhead_reader, bulkhead_sealer, bulkhead_owner;

alter default privileges for role bulkhead_owner revoke execute on functions from public;
alter default privileges for role bulkhead_audit revoke execute on functions from public;

-- A bare setting falls to one SELECT that sets it; see docs/walls.md.
revoke execute on function pg_catalog.set_config(text, text, boolean) from public;
grant execute on function pg_catalog.set_config(text, text, boolean)
    to bulkhead_app, bulkhead_reader, bulkhead_migrator, bulkhead_owner, bulkhead_sealer;

-- Sessions of one role see each other's statements, and with them the signed context of another tenant.
revoke select on pg_catalog.pg_stat_activity from public;
revoke execute on function pg_catalog.pg_stat_get_activity(integer),
    pg_catalog.pg_stat_get_backend_activity(integer) from public;
grant select on pg_catalog.pg_stat_activity to pg_read_all_stats;
grant execute on function pg_catalog.pg_stat_get_activity(integer),
    pg_catalog.pg_stat_get_backend_activity(integer) to pg_read_all_stats;
revoke execute on function pg_catalog.pg_cancel_backend(integer),
    pg_catalog.pg_terminate_backend(integer, bigint) from public;
grant execute on function pg_catalog.pg_cancel_backend(integer),
    pg_catalog.pg_terminate_backend(integer, bigint) to pg_signal_backend;

do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect on database %I to bulkhead_migrator, bulkhead_app, bulkhead_reader, '
        'bulkhead_ask, bulkhead_sealer, bulkhead_relay', current_database());
    -- A publication needs CREATE on the database.
    execute format('grant create on database %I to bulkhead_owner', current_database());
end
$$;
