-- rule: foreign_table_readable
-- says: A foreign table knows no row-level security, and a process may read it.
-- cure: revoke all on {object} from the role named.
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where kind = 'f' and role in (select name from runtime_role)
group by object, role
