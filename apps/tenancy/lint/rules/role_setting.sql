-- rule: role_setting
-- says: A setting is laid down for a role or database that decides what is seen, before any code runs.
-- cure: alter role {object} reset the setting named (or alter database).
select coalesce(r.rolname, d.datname, 'every role'), split_part(c.setting, '=', 1)
from pg_db_role_setting s cross join lateral unnest(s.setconfig) c(setting)
left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
where (starts_with(c.setting, 'bulkhead.') or split_part(c.setting, '=', 1) in (
          'row_security', 'session_replication_role', 'role', 'search_path', 'event_triggers',
          'session_preload_libraries', 'local_preload_libraries'))
  and (s.setdatabase = 0 or d.datname = current_database())
  and (s.setrole = 0 or r.rolname in (select name from house_role))
