-- rule: set_config_executable
-- says: A role that needs no context may run set_config, the door through which a SELECT changes a setting.
-- cure: revoke execute on function pg_catalog.set_config(text, text, boolean) from the role named;
select 'pg_catalog.set_config(text, text, boolean)', coalesce(g.rolname, 'public')
from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
left join pg_roles g on g.oid = a.grantee
where p.oid = 'pg_catalog.set_config(text, text, boolean)'::regprocedure and a.grantee <> p.proowner
  and coalesce(g.rolname, 'public') not in
      ('bulkhead_app', 'bulkhead_reader', 'bulkhead_sealer', 'bulkhead_migrator', 'bulkhead_owner')
