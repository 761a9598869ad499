-- rule: foreign_key_without_tenant
-- says: A foreign key to a table with tenants does not begin with tenant_id: it reaches into other tenants.
-- cure: Make it over (tenant_id, ...): references={...} in wall().
select format('constraint %I on %s', k.conname, r.object), pg_get_constraintdef(k.oid)
from pg_constraint k join relation r on r.oid = k.conrelid
join tenant_table parent on parent.oid = k.confrelid
left join tenant_table child on child.oid = k.conrelid
where k.contype = 'f' and k.conparentid = 0
  and (child.oid is null or k.conkey[1] <> child.tenant_attnum or k.confkey[1] <> parent.tenant_attnum)
