-- rule: table_without_tenant
-- says: A table has no tenant_id and does not stand among the open tables.
-- cure: Give it a tenant and wall(), or name it with a reason in apps/core/walls/open_tables.py.
select r.object, '' from relation r
where r.kind in ('r', 'p') and not r.is_partition
  and not exists (select from tenant_table t where t.oid = r.oid)
  and not exists (select from open_table o where o.name in (r.name, r.object) and r.schema = 'public')
  -- Schemas of the house's own are closed; there, only what a process may read counts.
  and (r.schema not in ('tenancy', 'audit')
       or exists (select from granted g where g.oid = r.oid and g.role in ('bulkhead_app', 'bulkhead_ask', 'public')))
