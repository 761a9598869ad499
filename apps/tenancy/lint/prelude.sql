-- What every rule may name. A rule's own query stands in the parentheses that follow.
-- Open tables and published columns are put in by rulebook.py as literals.
with
-- The roles of the house. kind: owner, migrator, or runtime (what processes sign in as).
house_role (name, kind, may_login, may_replicate, is_needed) as (values
    ('bulkhead_owner',      'owner',    false, false, true),
    ('bulkhead_audit',      'owner',    false, false, true),
    ('bulkhead_migrator',   'migrator', true,  false, true),
    ('bulkhead_app',        'runtime',  true,  false, true),
    ('bulkhead_reader',     'runtime',  true,  false, true),
    ('bulkhead_ask',        'runtime',  true,  false, true),
    ('bulkhead_sealer',     'runtime',  true,  false, true),
    ('bulkhead_relay',      'runtime',  true,  true,  true),
    ('bulkhead_replicator', 'runtime',  true,  true,  false)
),
runtime_role as (
    select r.oid, h.name from house_role h join pg_roles r on r.rolname = h.name where h.kind = 'runtime'
),
house_schema as (
    select oid, nspname as name, nspowner as owner, nspacl as acl from pg_namespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
),
-- Tables, views and the like, without those that an extension brought.
relation as (
    select c.oid, s.name as schema, c.relname as name, format('%I.%I', s.name, c.relname) as object,
           c.relkind as kind, c.relowner as owner, c.relacl as acl, c.reloptions as options,
           c.relispartition as is_partition, c.relrowsecurity as is_secured, c.relforcerowsecurity as is_forced
    from pg_class c join house_schema s on s.oid = c.relnamespace
    where not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
),
tenant_table as (
    select r.*, a.attnum as tenant_attnum, a.attnotnull as tenant_is_required, a.atttypid as tenant_type
    from relation r join pg_attribute a on a.attrelid = r.oid and a.attname = 'tenant_id' and not a.attisdropped
    where r.kind in ('r', 'p') and not r.is_partition
),
-- Tables that belong to no tenant, with the reason (apps/core/walls/open_tables.py).
open_table (name, reason) as (select * from jsonb_each_text({open_tables}::jsonb)),
-- Columns that may enter the event stream (settings.PUBLISHED_COLUMNS).
published (publication, object, columns) as (
    select p.key, case when t.key ~ '\.' then t.key else 'public.' || t.key end,
           (select coalesce(array_agg(c.value), '{}') from jsonb_array_elements_text(t.value) c)
    from jsonb_each({published}::jsonb) p cross join lateral jsonb_each(p.value) t
),
-- Who was given what on which relation; column is null for the whole of it.
granted as (
    select r.oid, r.object, r.schema, r.kind, null::name as column_name, a.grantee,
           coalesce(g.rolname, 'public') as role, a.privilege_type as privilege, a.is_grantable, r.owner, r.is_partition
    from relation r cross join lateral aclexplode(r.acl) a left join pg_roles g on g.oid = a.grantee
    union all
    select r.oid, r.object, r.schema, r.kind, c.attname, a.grantee,
           coalesce(g.rolname, 'public'), a.privilege_type, a.is_grantable, r.owner, r.is_partition
    from relation r join pg_attribute c on c.attrelid = r.oid and c.attacl is not null and not c.attisdropped
    cross join lateral aclexplode(c.attacl) a left join pg_roles g on g.oid = a.grantee
),
-- keeps_tenant: the tenant's predicate stands alone, or first in an AND, on both the reading and the writing side.
policy as (
    select p.oid, p.polrelid as table_oid, r.object as table_object, p.polname as name,
           format('policy %I on %s', p.polname, r.object) as object,
           p.polpermissive as is_permissive, p.polcmd as command, p.polroles as roles,
           coalesce(p.polqual::text, '') || coalesce(p.polwithcheck::text, '') as tree,
           coalesce(e.reads, e.writes) as shown,
           (p.polcmd = 'a' or e.reads = k.predicate or starts_with(e.reads, '(' || k.predicate || ' AND '))
           and (p.polcmd in ('r', 'd') or coalesce(e.writes, e.reads) = k.predicate
                or starts_with(coalesce(e.writes, e.reads), '(' || k.predicate || ' AND ')) as keeps_tenant
    from pg_policy p join relation r on r.oid = p.polrelid
    cross join lateral (
        select pg_get_expr(p.polqual, p.polrelid) as reads, pg_get_expr(p.polwithcheck, p.polrelid) as writes
    ) e
    cross join (
        select '(tenant_id = ( SELECT tenancy.current_tenant() AS current_tenant))' as predicate
    ) k
),
routine as (
    select p.oid, format('%I.%I(%s)', s.name, p.proname, pg_get_function_identity_arguments(p.oid)) as object,
           s.name as schema, p.proname as name, p.proowner as owner, p.proacl as acl, p.prosecdef as is_definer,
           p.provolatile as volatility, p.proleakproof as is_leakproof, p.proconfig as settings
    from pg_proc p join house_schema s on s.oid = p.pronamespace
    where not exists (
        select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
    )
)
