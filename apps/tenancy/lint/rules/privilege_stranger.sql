-- rule: privilege_stranger
-- says: A role outside the house was given a privilege on a table.
-- cure: revoke all on {object} from the role named; give people the application, or a role of the house.
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where grantee not in (0, owner) and role not in (select name from house_role)
  and not exists (select from pg_roles r where r.oid = grantee and r.rolsuper)
group by object, role
