-- What writes entries: one trigger function for every table, and one function for accesses.
-- Run as bulkhead_audit.

-- Attach it three times, for each statement, with transition tables named new_rows and old_rows:
--     create trigger audit_insert after insert on t referencing new table as new_rows
--         for each statement execute function audit.record();
-- Arguments of the trigger:
--     column    a key column (default: id); several make a JSON array
--     @column   the column that holds the tenant (default: tenant_id where there is one, else the context's)
--     -column   a secret: that it changed is recorded, what it holds is not
create function audit.record() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
-- A plan made for one row is kept for the next statement, which may bring fifty thousand.
set enable_nestloop = off
set plan_cache_mode = force_generic_plan
as $$
declare
    context    tenancy.verified_context;
    xid_       constant xid8 := pg_current_xact_id();
    at_        constant timestamptz := clock_timestamp();
    table_     constant text := case tg_table_schema when 'public' then '' else tg_table_schema || '.' end || tg_table_name;
    keys       text[] := '{id}';
    tenant     text := 'tenant_id';
    secrets    text[] := '{}';
    mask       jsonb := '{}';
    head       jsonb;
    has_keys   boolean;
begin
    if tg_nargs > 0 then
        select coalesce(array_agg(a order by n) filter (where left(a, 1) not in ('@', '-')), keys),
               coalesce(max(substr(a, 2)) filter (where left(a, 1) = '@'), tenant),
               coalesce(array_agg(substr(a, 2)) filter (where left(a, 1) = '-'), secrets),
               coalesce(jsonb_object_agg(substr(a, 2), '(secret)') filter (where left(a, 1) = '-'), mask)
        into keys, tenant, secrets, mask
        from unnest(tg_argv::text[]) with ordinality as args(a, n);
    end if;

    if tg_op = 'DELETE' then
        select to_jsonb(o.*) ?& keys into has_keys from old_rows o limit 1;
    else
        select to_jsonb(n.*) ?& keys into has_keys from new_rows n limit 1;
    end if;
    -- A statement that touched no row writes nothing and needs nobody.
    if has_keys is null then
        return null;
    end if;
    if not has_keys then
        raise exception 'audit: % has no column %', table_, array_to_string(keys, ' or ')
            using hint = 'Name the key columns as arguments of the trigger.';
    end if;

    context := tenancy.context();
    if context.actor_kind is null or context.actor_kind = '' then
        raise exception 'audit: nobody acts here, so % on % is refused', lower(tg_op), table_
            using errcode = '42501', hint = 'Open a scope with an actor around this work.';
    end if;
    head := jsonb_build_object(
        'xid', xid_::text, 'at', at_, 'actor_kind', context.actor_kind, 'actor_id', context.actor_id,
        'principal_id', context.principal_id, 'request_id', context.request_id, 'trace_id', context.trace_id,
        'table_name', table_, 'operation', lower(tg_op),
        'reason', nullif(current_setting('bulkhead.reason', true), ''), 'old', null, 'new', null
    );

    if tg_op = 'INSERT' then
        insert into audit.entry (tenant_id, xid, at, actor_kind, actor_id, principal_id, request_id, trace_id,
                                 table_name, row_key, operation, canonical)
        select r.tenant_id, xid_, at_, context.actor_kind, context.actor_id, context.principal_id,
               context.request_id, context.trace_id, table_, r.row_key, 'insert',
               (head || jsonb_build_object('tenant_id', r.tenant_id, 'row_key', r.row_key, 'new', r.row_))::text
        from (
            select coalesce((j ->> tenant)::uuid, context.tenant_id) as tenant_id,
                   case when cardinality(keys) = 1 then coalesce(j ->> keys[1], '')
                        else (select jsonb_agg(j -> k order by n)::text from unnest(keys) with ordinality u(k, n))
                   end as row_key,
                   case when secrets = '{}' then j else (j - secrets) || mask end as row_
            from (select to_jsonb(n.*) as j from new_rows n offset 0) as made
        ) as r;
    elsif tg_op = 'DELETE' then
        insert into audit.entry (tenant_id, xid, at, actor_kind, actor_id, principal_id, request_id, trace_id,
                                 table_name, row_key, operation, canonical)
        select r.tenant_id, xid_, at_, context.actor_kind, context.actor_id, context.principal_id,
               context.request_id, context.trace_id, table_, r.row_key, 'delete',
               (head || jsonb_build_object('tenant_id', r.tenant_id, 'row_key', r.row_key, 'old', r.row_))::text
        from (
            select coalesce((j ->> tenant)::uuid, context.tenant_id) as tenant_id,
                   case when cardinality(keys) = 1 then coalesce(j ->> keys[1], '')
                        else (select jsonb_agg(j -> k order by n)::text from unnest(keys) with ordinality u(k, n))
                   end as row_key,
                   case when secrets = '{}' then j else (j - secrets) || mask end as row_
            from (select to_jsonb(o.*) as j from old_rows o offset 0) as made
        ) as r;
    else
        -- A full join, so that a statement that changes the key itself leaves a delete and an insert, not nothing.
        insert into audit.entry (tenant_id, xid, at, actor_kind, actor_id, principal_id, request_id, trace_id,
                                 table_name, row_key, operation, canonical)
        select r.tenant_id, xid_, at_, context.actor_kind, context.actor_id, context.principal_id,
               context.request_id, context.trace_id, table_, r.row_key, r.operation,
               (head || jsonb_build_object('tenant_id', r.tenant_id, 'row_key', r.row_key,
                                           'operation', r.operation, 'old', r.old_, 'new', r.new_))::text
        from (
            select coalesce((coalesce(n.j, o.j) ->> tenant)::uuid, context.tenant_id) as tenant_id,
                   coalesce(n.k, o.k, '') as row_key,
                   case when o.j is null then 'insert' when n.j is null then 'delete' else 'update' end as operation,
                   d.old_, d.new_
            from (select j, case when cardinality(keys) = 1 then j ->> keys[1]
                                 else (select jsonb_agg(j -> k order by i)::text from unnest(keys) with ordinality u(k, i))
                            end as k
                  from (select to_jsonb(x.*) as j from old_rows x offset 0) as made) as o
            full join
                 (select j, case when cardinality(keys) = 1 then j ->> keys[1]
                                 else (select jsonb_agg(j -> k order by i)::text from unnest(keys) with ordinality u(k, i))
                            end as k
                  from (select to_jsonb(x.*) as j from new_rows x offset 0) as made) as n
              on o.k = n.k and coalesce(o.j ->> tenant, '') = coalesce(n.j ->> tenant, '')
            cross join lateral (
                select jsonb_object_agg(f.key, case when f.key = any(secrets) then mask -> f.key else o.j -> f.key end)
                           filter (where o.j is not null) as old_,
                       jsonb_object_agg(f.key, case when f.key = any(secrets) then mask -> f.key else n.j -> f.key end)
                           filter (where n.j is not null) as new_
                from jsonb_each(coalesce(n.j, o.j)) as f
                where o.j is null or n.j is null or (o.j -> f.key) is distinct from f.value
            ) as d
            where (n.j is null or o.j is null or n.j <> o.j)
        ) as r;
    end if;
    return null;
end
$$;

-- Record that somebody read or took out something: an export, personal data, an unmasked value.
create function audit.record_access(kind text, subject text, detail jsonb default '{}') returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
    context constant tenancy.verified_context := tenancy.context();
    xid_    constant xid8 := pg_current_xact_id();
    at_     constant timestamptz := clock_timestamp();
    made    bigint;
begin
    if context.actor_kind is null or context.actor_kind = '' then
        raise exception 'audit: nobody acts here, so the access is refused'
            using errcode = '42501', hint = 'Open a scope with an actor around this work.';
    end if;
    made := nextval('audit.entry_id_seq');
    insert into audit.entry (id, tenant_id, xid, at, actor_kind, actor_id, principal_id, request_id, trace_id,
                             table_name, row_key, operation, canonical)
    overriding system value
    values (
        made, context.tenant_id, xid_, at_, context.actor_kind, context.actor_id, context.principal_id,
        context.request_id, context.trace_id, kind, subject, 'access',
        jsonb_build_object(
            'tenant_id', context.tenant_id, 'xid', xid_::text, 'at', at_, 'actor_kind', context.actor_kind,
            'actor_id', context.actor_id, 'principal_id', context.principal_id, 'request_id', context.request_id,
            'trace_id', context.trace_id, 'table_name', kind, 'row_key', subject, 'operation', 'access',
            'old', null, 'new', detail, 'reason', nullif(current_setting('bulkhead.reason', true), '')
        )::text
    );
    return made;
end
$$;
