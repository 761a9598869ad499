-- rule: default_privileges
-- says: Default privileges open what is made later, before anybody looks at it.
-- cure: alter default privileges for role {object} revoke what is named.
select o.rolname, format('%s: %s to %s', case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                                         when 'n' then 'schemas' else d.defaclobjtype::text end,
                         lower(a.privilege_type), coalesce(g.rolname, 'public'))
from pg_default_acl d join pg_roles o on o.oid = d.defaclrole cross join lateral aclexplode(d.defaclacl) a
left join pg_roles g on g.oid = a.grantee
where a.grantee <> d.defaclrole and d.defaclobjtype <> 'T'
union all
select h.name, 'functions: execute to public'
from house_role h join pg_roles r on r.rolname = h.name
where h.kind = 'owner' and not exists (
    select from pg_default_acl d where d.defaclrole = r.oid and d.defaclobjtype = 'f' and d.defaclnamespace = 0
)
