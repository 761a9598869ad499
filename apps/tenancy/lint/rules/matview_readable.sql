-- rule: matview_readable
-- says: A materialised view knows no row-level security, and a process may read it.
-- cure: revoke all on {object} from the role named; keep a table with wall() instead.
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where kind = 'm' and role in (select name from runtime_role)
group by object, role
