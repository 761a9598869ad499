-- The signed context. Each transaction carries a token; these functions are the only ones that read it.
set role bulkhead_owner;

create table if not exists tenancy.signing_key (
    kid  text primary key,
    ipad bytea not null,
    opad bytea not null
);
revoke all on tenancy.signing_key from public;

create table if not exists tenancy.open_table (
    name   text primary key,
    reason text not null
);
revoke all on tenancy.open_table from public;
-- The event trigger asks it, whoever makes the table.
grant select on tenancy.open_table to bulkhead_audit;

do $$
begin
    if to_regtype('tenancy.verified_context') is null then
        create type tenancy.verified_context as (
            tenant_id uuid, customer_id uuid, actor_kind text, actor_id uuid,
            principal_id uuid, request_id text, trace_id text
        );
    end if;
end
$$;

-- Token: v1|kid|tenant|customer|actor_kind|actor_id|principal_id|request_id|trace_id|expires|backend_pid|mac
create or replace function tenancy.context() returns tenancy.verified_context
language plpgsql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    token   text := current_setting('bulkhead.context', true);
    parts   text[];
    message text;
    key     tenancy.signing_key;
begin
    if token is null or token = '' then
        return null;
    end if;
    parts := string_to_array(token, '|');
    if array_length(parts, 1) is distinct from 12 or parts[1] <> 'v1' then
        raise exception 'context refused' using errcode = '42501';
    end if;
    select * into key from tenancy.signing_key where kid = parts[2];
    message := left(token, length(token) - length(parts[12]) - 1);
    -- HMAC-SHA256 (RFC 2104) with the two padded keys made ahead.
    if key.kid is null
       or encode(sha256(key.opad || sha256(key.ipad || convert_to(message, 'UTF8'))), 'hex') <> parts[12]
    then
        raise exception 'context refused' using errcode = '42501';
    end if;
    if to_timestamp(parts[10]::bigint) < clock_timestamp()
       or (parts[11] <> '' and parts[11]::int <> pg_backend_pid())
    then
        raise exception 'context expired' using errcode = '42501';
    end if;
    return row(
        nullif(parts[3], '')::uuid, nullif(parts[4], '')::uuid, parts[5], parts[6]::uuid,
        nullif(parts[7], '')::uuid, parts[8], parts[9]
    )::tenancy.verified_context;
end
$$;

create or replace function tenancy.current_tenant() returns uuid
language plpgsql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$ begin return (tenancy.context()).tenant_id; end $$;

-- Null = not narrowed to one customer.
create or replace function tenancy.current_customer() returns uuid
language plpgsql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$ begin return (tenancy.context()).customer_id; end $$;

create or replace function tenancy.current_actor() returns jsonb
language plpgsql stable security definer parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    found tenancy.verified_context := tenancy.context();
begin
    if found.actor_id is null then
        return null;
    end if;
    return jsonb_build_object('kind', found.actor_kind, 'id', found.actor_id, 'principal_id', found.principal_id);
end
$$;

revoke all on function tenancy.context(), tenancy.current_tenant(), tenancy.current_customer(),
    tenancy.current_actor() from public;
grant execute on function tenancy.context(), tenancy.current_tenant(), tenancy.current_customer(),
    tenancy.current_actor() to bulkhead_app, bulkhead_reader, bulkhead_audit, bulkhead_owner;
reset role;
