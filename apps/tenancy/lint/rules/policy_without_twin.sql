-- rule: policy_without_twin
-- says: A permissive policy has no restrictive twin with the same predicate: a careless later policy widens access.
-- cure: create policy ... as restrictive, for the same command and roles, with the tenant's predicate.
select p.object, format('%s for %s', case c.command when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                                     else 'delete' end, coalesce(g.rolname, 'public'))
from policy p
cross join lateral unnest(case p.command when '*' then '{r,a,w,d}'::"char"[] else array[p.command] end) c(command)
cross join lateral unnest(p.roles) u(role) left join pg_roles g on g.oid = u.role
where p.is_permissive and p.keeps_tenant and not exists (
    select from policy t
    where t.table_oid = p.table_oid and not t.is_permissive and t.keeps_tenant
      and t.command in ('*', c.command) and (t.roles @> array[u.role] or t.roles = '{0}')
)
