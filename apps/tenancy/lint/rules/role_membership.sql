-- rule: role_membership
-- says: A role of the house is a member of another role and may do what that one may.
-- cure: revoke the membership named from {object};
select m.rolname, format('member of %s', g.rolname)
from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
where m.rolname in (select name from house_role)
  and not (m.rolname = 'bulkhead_migrator' and g.rolname in ('bulkhead_owner', 'bulkhead_audit'))
