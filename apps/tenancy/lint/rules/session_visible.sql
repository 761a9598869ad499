-- rule: session_visible
-- says: Sessions of one role may see each other's statements, with another tenant's signed context, or end them.
-- cure: revoke all on {object} from the role named; it is granted to pg_read_all_stats and pg_signal_backend.
select p.oid::regprocedure::text, coalesce(g.rolname, 'public')
from pg_proc p cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
left join pg_roles g on g.oid = a.grantee
where p.pronamespace = 'pg_catalog'::regnamespace and a.privilege_type = 'EXECUTE'
  and p.proname in ('pg_stat_get_activity', 'pg_stat_get_backend_activity', 'pg_cancel_backend', 'pg_terminate_backend')
  and (a.grantee = 0 or a.grantee in (select oid from runtime_role))
union all
select 'pg_stat_activity', coalesce(g.rolname, 'public')
from pg_class c cross join lateral aclexplode(c.relacl) a left join pg_roles g on g.oid = a.grantee
where c.oid = 'pg_catalog.pg_stat_activity'::regclass
  and (a.grantee = 0 or a.grantee in (select oid from runtime_role))
