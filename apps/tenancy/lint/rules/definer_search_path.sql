-- rule: definer_search_path
-- says: A SECURITY DEFINER function looks names up where its caller, or a temporary table, may have put them.
-- cure: alter function {object} set search_path = pg_catalog, pg_temp;
select f.object, coalesce(s.path, 'no search_path is pinned')
from routine f
left join lateral (
    select substr(setting, 13) as path from unnest(f.settings) setting where starts_with(setting, 'search_path=')
) s on true
where f.is_definer and s.path is distinct from '""' and (
    s.path is null or s.path !~ '(^|, )"?pg_temp"?$' or s.path ~ '\$user'
    or exists (
        select from house_schema h cross join lateral aclexplode(h.acl) a
        where a.privilege_type = 'CREATE' and h.name = any (string_to_array(replace(s.path, '"', ''), ', '))
          and (a.grantee = 0 or a.grantee in (select oid from runtime_role))
    )
)
