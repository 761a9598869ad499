-- rule: foreign_key_nulls_tenant
-- says: Deleting the parent would set tenant_id itself to null.
-- cure: on delete set null (the other column), naming the column.
select format('constraint %I on %s', k.conname, t.object), ''
from pg_constraint k join tenant_table t on t.oid = k.conrelid
where k.contype = 'f' and k.confdeltype in ('n', 'd') and t.tenant_attnum = any (k.conkey)
  and (k.confdelsetcols is null or t.tenant_attnum = any (k.confdelsetcols))
