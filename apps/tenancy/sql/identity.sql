-- The few questions that must be answered before a tenant is open. Each function answers one of them for the
-- verified actor; the tables stay walled for everybody else.
create policy tenancy_tenant_registry on tenancy_tenant for select to bulkhead_owner using (true);
create policy tenancy_membership_registry on tenancy_membership for select to bulkhead_owner using (true);
create policy tenancy_rolepermission_registry on tenancy_rolepermission for select to bulkhead_owner using (true);
create policy tenancy_apikey_registry on tenancy_apikey for select to bulkhead_owner using (true);

-- Where may the person who signed in go, and what may they do there?
create function tenancy.my_memberships() returns table (
    tenant_id uuid, slug text, name text, currency text, country_code text, time_zone text, locale text,
    database text, role text, permissions text[]
)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select t.tenant_id, t.slug, t.name, t.currency, t.country_code, t.time_zone, t.locale, t.database, m.role,
           array(select p.permission from tenancy_rolepermission p
                 where p.tenant_id = m.tenant_id and p.role = m.role order by p.permission)
    from tenancy_membership m
    join tenancy_tenant t on t.tenant_id = m.tenant_id
    where m.user_id = (select (tenancy.context()).actor_id)
      and (select (tenancy.context()).actor_kind) = 'person'
      and m.ended_at is null
    order by t.name
$$;

-- Which key has this digest? Having the digest means having the key.
create function tenancy.find_api_key(wanted bytea) returns table (
    key_id uuid, tenant_id uuid, slug text, name text, currency text, country_code text, time_zone text,
    locale text, database text, key_name text, scopes text[], customer_id uuid, last_used_at timestamptz
)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select k.id, t.tenant_id, t.slug, t.name, t.currency, t.country_code, t.time_zone, t.locale, t.database,
           k.name, k.scopes, k.customer_id, k.last_used_at
    from tenancy_apikey k
    join tenancy_tenant t on t.tenant_id = k.tenant_id
    where k.digest = wanted and k.revoked_at is null
      and (k.expires_at is null or k.expires_at > clock_timestamp())
$$;

-- Which tenants are there? For the system's own rounds and commands; a person or key gets no row.
create function tenancy.registry() returns table (
    tenant_id uuid, slug text, name text, currency text, country_code text, time_zone text, locale text,
    database text
)
language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as $$
    select t.tenant_id, t.slug, t.name, t.currency, t.country_code, t.time_zone, t.locale, t.database
    from tenancy_tenant t
    where (select (tenancy.context()).actor_kind) = 'system'
    order by t.slug
$$;

revoke all on function tenancy.my_memberships(), tenancy.find_api_key(bytea), tenancy.registry() from public;
grant execute on function tenancy.my_memberships(), tenancy.find_api_key(bytea), tenancy.registry() to bulkhead_app;
