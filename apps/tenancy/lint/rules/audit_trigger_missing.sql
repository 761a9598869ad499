-- rule: audit_trigger_missing
-- says: Changes of a table with tenants are not recorded in the audit log.
-- cure: audit_triggers("{object}") in a migration, or an allowance that says why its changes need no record.
select t.object, string_agg(e.name, ', ' order by e.name) from tenant_table t
cross join (values ('insert', 4), ('delete', 8), ('update', 16)) e(name, bit)
where t.schema <> 'audit' and not exists (
    select from pg_trigger g join routine f on f.oid = g.tgfoid and f.schema = 'audit' and f.name = 'record'
    where g.tgrelid = t.oid and g.tgtype & e.bit <> 0
      -- After the statement (neither 1 = row, 2 = before, 64 = instead), of every column, without a condition.
      and g.tgtype & 67 = 0 and g.tgattr = ''::int2vector and g.tgqual is null
      and (g.tgnewtable is not null or e.bit = 8) and (g.tgoldtable is not null or e.bit = 4)
)
group by t.object
