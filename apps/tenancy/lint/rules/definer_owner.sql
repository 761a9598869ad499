-- rule: definer_owner
-- says: A SECURITY DEFINER function belongs to a role that row-level security does not hold.
-- cure: alter function {object} owner to bulkhead_owner;
select f.object, format('owned by %s', o.rolname) from routine f join pg_roles o on o.oid = f.owner
where f.is_definer and (o.rolsuper or o.rolbypassrls)
