-- rule: table_owner
-- says: A table, view or sequence belongs to another role than the house's owner, who alone is held by FORCE.
-- cure: alter table {object} owner to bulkhead_owner (in schema audit: bulkhead_audit).
select r.object, format('owned by %s', o.rolname)
from relation r join pg_roles o on o.oid = r.owner
where r.kind in ('r', 'p', 'v', 'm', 'S', 'f')
  and o.rolname <> case r.schema when 'audit' then 'bulkhead_audit' else 'bulkhead_owner' end
  and not exists (select from runtime_role x where x.oid = r.owner)
