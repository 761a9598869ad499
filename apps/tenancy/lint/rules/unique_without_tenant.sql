-- rule: unique_without_tenant
-- says: A unique index or exclusion without tenant_id tells one tenant what another has.
-- cure: Make it over (tenant_id, ...).
select format('index %I on %s', c.relname, t.object), ''
from pg_index i join tenant_table t on t.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
where (i.indisunique or i.indisexclusion)
  and not t.tenant_attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
