-- rule: foreign_key_not_enforced
-- says: A foreign key of a table with tenants is not enforced or was never validated.
-- cure: alter table ... validate constraint (or alter constraint ... enforced).
select format('constraint %I on %s', k.conname, t.object), ''
from pg_constraint k join tenant_table t on t.oid = k.conrelid
where k.contype = 'f' and not (k.conenforced and k.convalidated)
