-- rule: default_privileges
-- says: Default privileges open what is made later, before anybody looks at it.
-- cure: alter default privileges for role {object} revoke what is named.
select o.rolname, format('%s: %s to %s', coalesce(k.name, d.defaclobjtype::text), lower(a.privilege_type),
                         coalesce(g.rolname, 'public'))
from pg_default_acl d join pg_roles o on o.oid = d.defaclrole cross join lateral aclexplode(d.defaclacl) a
left join pg_roles g on g.oid = a.grantee
left join (values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions'), ('n', 'schemas')) k(type, name)
       on k.type = d.defaclobjtype::text
where a.grantee <> d.defaclrole and d.defaclobjtype <> 'T'
union all
-- Without an entry of their own, functions are made with EXECUTE for PUBLIC.
select h.name, 'functions: execute to public'
from house_role h join pg_roles r on r.rolname = h.name
where h.kind = 'owner' and not exists (
    select from pg_default_acl d where d.defaclrole = r.oid and d.defaclobjtype = 'f' and d.defaclnamespace = 0
)
