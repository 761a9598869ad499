-- rule: definer_unreviewed
-- says: A process may run a SECURITY DEFINER function that nobody has put on the list.
-- cure: Review its text for the tenant's predicate, then add it to apps/tenancy/lint/allowances.py with the reason.
select f.object, string_agg(r.name, ', ' order by r.name) from routine f
cross join lateral aclexplode(f.acl) a join runtime_role r on r.oid = a.grantee
where f.is_definer
group by f.object
