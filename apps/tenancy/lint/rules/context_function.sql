-- rule: context_function
-- says: A function that reads the signed context is missing, or is not a STABLE definer of bulkhead_owner.
-- cure: Run `manage.py prepare_database`, which makes {object} again.
select format('tenancy.%s()', w.name),
       case when f.oid is null then 'missing' when not f.is_definer then 'not SECURITY DEFINER'
            when f.volatility <> 's' then 'not STABLE' else format('owned by %s', o.rolname) end
from unnest('{context,current_tenant,current_customer,current_actor}'::text[]) w(name)
left join routine f on f.schema = 'tenancy' and f.name = w.name
left join pg_roles o on o.oid = f.owner
where f.oid is null or not f.is_definer or f.volatility <> 's'
   or (o.rolname <> 'bulkhead_owner' and not o.rolsuper and not o.rolbypassrls)
