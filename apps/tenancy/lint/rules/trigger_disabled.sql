-- rule: trigger_disabled
-- says: A trigger of a table with tenants is switched off: audit rows or foreign keys no longer hold.
-- cure: alter table ... enable trigger all;
select format('trigger %I on %s', g.tgname, t.object), ''
from pg_trigger g join tenant_table t on t.oid = g.tgrelid
where g.tgenabled in ('D', 'R')
