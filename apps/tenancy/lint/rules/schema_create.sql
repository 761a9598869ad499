-- rule: schema_create
-- says: A process may create things in a schema or database, under names that other code trusts.
-- cure: revoke create on {object} from the role named;
select object, role from (
    select format('schema %I', s.name), coalesce(g.rolname, 'public'), a.grantee
    from house_schema s cross join lateral aclexplode(s.acl) a left join pg_roles g on g.oid = a.grantee
    where a.privilege_type = 'CREATE'
    union all
    select format('database %I', d.datname), coalesce(g.rolname, 'public'), a.grantee
    from pg_database d cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    left join pg_roles g on g.oid = a.grantee
    where d.datname = current_database() and a.privilege_type in ('CREATE', 'TEMPORARY')
) given(object, role, grantee)
where grantee = 0 or role in (select name from runtime_role)
group by object, role
