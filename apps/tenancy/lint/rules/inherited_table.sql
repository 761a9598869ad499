-- rule: inherited_table
-- says: A table inherits from a table with tenants: queries on the parent read it under the parent's policies only.
-- cure: alter table {object} no inherit ...; use a partition or a table of its own with wall().
select r.object, format('inherits from %s', t.object)
from pg_inherits i join relation r on r.oid = i.inhrelid join tenant_table t on t.oid = i.inhparent
where not r.is_partition
