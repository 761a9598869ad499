-- rule: sequence_shared
-- says: A process may read or move a sequence that tenants share: it tells how much the others do.
-- cure: revoke all on sequence {object} from the role named; ids are uuids, numbers come from a counter of the tenant.
select g.object, format('%s has %s', g.role, string_agg(distinct g.privilege, ', ')) from granted g
where g.kind = 'S' and g.role in (select name from runtime_role) and g.schema <> 'audit'
  and (g.privilege <> 'USAGE' or not exists (
      select from pg_depend d join relation r on r.oid = d.refobjid
      join open_table o on o.name in (r.name, r.object)
      where d.classid = 'pg_class'::regclass and d.objid = g.oid and d.deptype in ('a', 'i')
  ))
group by g.object, g.role
